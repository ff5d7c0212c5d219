import Synchronization

/// How whole hashes are sent to Redis.
package enum HashForm: Sendable, CaseIterable {
    /// Field by field, which every server accepts.
    case fields
    /// As ``HashPayload``, which needs Redis 7 or newer, and a user that may `RESTORE`.
    case payload
}

/// The form that a run uses: payloads until the server says that the user may not.
final class ChosenForm: Sendable {
    private let form: Mutex<HashForm>

    init(_ form: HashForm) {
        self.form = Mutex(form)
    }

    var current: HashForm {
        form.withLock { $0 }
    }

    func giveUpPayloads() {
        form.withLock { $0 = .fields }
    }
}
