import Synchronization

/// The secrets that the process uses. Code that begins to use one adds it here, and all output asks here. One common
/// list cannot be forgotten, as one that is handed around can.
package final class SecretsInUse: Sendable {
    package static let ofProcess = SecretsInUse()

    private struct Known {
        var list: Set<Secret> = []
        var secrets = Secrets([])
    }

    private let known = Mutex(Known())

    package init() {}

    /// All secrets that were added so far.
    package var all: Secrets {
        known.withLock { $0.secrets }
    }

    package func add(_ secrets: some Sequence<Secret>) {
        known.withLock { known in
            let grown = known.list.union(secrets)
            guard grown.count > known.list.count else { return }
            known = Known(list: grown, secrets: Secrets(grown))
        }
    }

    /// Adds a connection string of any form, and whatever in it may be a secret. A plain address is not added.
    package func add(connectionString text: String) {
        let parts = SecretParts.all(of: text)
        if parts.isEmpty, text.contains("://"), !text.contains("@") { return }
        add([.connectionString(text)] + parts.map { .credential($0) })
    }
}
