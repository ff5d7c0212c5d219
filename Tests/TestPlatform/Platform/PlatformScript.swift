/// The platform's Lua scripts; each file's header says its keys, arguments and reply.
package enum PlatformScript: String, Sendable, CaseIterable {
    case acquire
    case claim
    case commit
    case extend
    case release
    case finalize
    case cleaner
    /// No script of the platform: writes the inventory of new events.
    case seed
    /// No script of the platform: shows all that a server holds.
    case dump

    package var text: String {
        let bytes =
            switch self {
            case .acquire: PackageResources.acquire_lua
            case .claim: PackageResources.claim_lua
            case .commit: PackageResources.commit_lua
            case .extend: PackageResources.extend_lua
            case .release: PackageResources.release_lua
            case .finalize: PackageResources.finalize_lua
            case .cleaner: PackageResources.cleaner_lua
            case .seed: PackageResources.seed_lua
            case .dump: PackageResources.dump_lua
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}
