/// The program's scripts, one case for each file in this folder; each file's header says KEYS, ARGV and reply.
package enum LuaScript: String, CaseIterable, Sendable {
    case survey
    case census
    case apply
    case join
    case release
    case renew
    case shift
    case unlink
    case yield

    /// Whether the script only reads. A server that knows script flags is told so, and then refuses any write in it.
    package var isReadOnly: Bool {
        switch self {
        case .survey, .census: true
        case .apply, .join, .release, .renew, .shift, .unlink, .yield: false
        }
    }

    package var source: [UInt8] {
        switch self {
        case .survey: PackageResources.survey_lua
        case .census: PackageResources.census_lua
        case .apply: PackageResources.apply_lua
        case .join: PackageResources.join_lua
        case .release: PackageResources.release_lua
        case .renew: PackageResources.renew_lua
        case .shift: PackageResources.shift_lua
        case .unlink: PackageResources.unlink_lua
        case .yield: PackageResources.yield_lua
        }
    }
}
