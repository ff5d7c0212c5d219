import Subprocess

/// The signal that ends a server at once, without waiting for its clients.
enum StopSignal: String {
    case interrupt = "INT"
    case terminate = "TERM"

    var signal: Subprocess.Signal {
        switch self {
        case .interrupt: .interrupt
        case .terminate: .terminate
        }
    }

    /// The words in front of a server's that make Linux send it this signal when the process that started it is gone,
    /// so that a crashed test leaves no server behind; none where `setpriv` is not at hand.
    func alsoWithoutParent() -> [String] {
        Tool.path(of: "setpriv").map { [$0, "--pdeathsig", rawValue] } ?? []
    }
}
