import Synchronization

/// The secrets that the process uses. Whoever begins to use one says so here, and what tells anything to anybody asks here:
/// neither can be forgotten by handing a list around.
package final class SecretsInUse: Sendable {
    package static let ofProcess = SecretsInUse()

    private struct Known {
        var list: Set<Secret> = []
        var secrets = Secrets([])
    }

    private let known = Mutex(Known())

    package init() {}

    /// All that were named so far.
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

    /// Takes in a connection string of any form, with whatever in it may be a secret. A plain address is none.
    package func add(connectionString text: String) {
        let parts = SecretParts.all(of: text)
        if parts.isEmpty, text.contains("://"), !text.contains("@") { return }
        add([.connectionString(text)] + parts.map { .credential($0) })
    }
}
