import HoldModel
package import PostgresSource
import Synchronization

/// Waits until a hot standby shows what its primary had committed at an instant of the run.
///
/// What Redis shows at a look was committed on the primary before. Beside an older snapshot a sale looks like seats
/// sold by mistake, and a new order's hold like one without an order. So the standby must replay past the first survey
/// of a stable look before its snapshot is taken; where it does not, or does not say, nothing is concluded.
package final class ReplayWait: Sendable {
    /// The longest wait: an idle primary tells its standbys every half minute how far it is.
    private static let patience = Duration.seconds(45)
    /// How many milliseconds past the instant the standby must be. A primary that commits without waiting for its disk
    /// shows a commit that much earlier than its standbys can know of it, and clocks differ a little.
    private static let margin: Int64 = 1000
    private static let pause = Duration.milliseconds(100)

    private let source: PostgresSource
    private let stop: StopRequest
    private let givenUp = Mutex<String?>(nil)

    package init(_ source: PostgresSource, stop: StopRequest) {
        self.source = source
        self.stop = stop
    }

    /// Waits until SQL is no older than this call.
    ///
    /// - Returns: why it may be older, in words; `nil` where it is not, as on every primary.
    package func reach() async throws -> String? {
        guard source.readsStandby else { return nil }
        // After one wait in vain there is no second: the first one's reason stays.
        if let reason = givenUp.withLock({ $0 }) { return reason }
        let reason = try await wait()
        if stop.cause == nil { givenUp.withLock { $0 = reason } }
        return reason
    }

    private func wait() async throws -> String? {
        guard let first = try await source.replay() else { return nil }
        let due = Timestamp(milliseconds: first.asked.milliseconds + Self.margin)
        let end = ContinuousClock.now + Self.patience
        var target: Int64?
        var shown = first
        while true {
            if let primary = shown.primary, target == nil, primary.at > due { target = primary.bytes }
            if !shown.isOneServer { return Self.reason("is one of several standbys, each with a lag of its own") }
            if let until = shown.replayedUntil, until > due { return nil }
            if let target, let replayed = shown.replayed, replayed >= target { return nil }
            if shown.isPaused { return Self.reason("replays nothing until somebody lets it go on") }
            if shown.replayedUntil == nil, shown.replayed == nil { return Self.reason("does not tell its lag") }
            if stop.cause != nil || .now >= end {
                return Self.reason("did not show within \(Self.patience / .seconds(1)) s what its primary had by then")
            }
            try await stop.sleep(until: .now + Self.pause)
            guard let next = try await source.replay() else { return nil }
            shown = next
        }
    }

    private static func reason(_ words: String) -> String {
        "SQL is a hot standby that \(words), so its lag may explain what differs: ask the primary, or look again"
    }
}

extension StandbyReplay {
    /// A warning for people that SQL is a standby, and how far behind.
    package var warning: String {
        let lag =
            switch (secondsBehind, bytesBehind) {
            case (let seconds?, let bytes?):
                "\(seconds) s and \(bytes) bytes of WAL behind its primary, as far as it knows"
            case (let seconds?, nil): "\(seconds) s behind its primary"
            case (nil, let bytes?): "\(bytes) bytes of WAL behind its primary, as far as it knows"
            case (nil, nil): "behind its primary by an unknown lag"
            }
        return
            "PostgreSQL is a hot standby, \(lag)\(isPaused ? ", and told to replay no more" : ""); nothing is counted as "
            + "found that its lag can explain, and --execute needs the primary"
    }
}
