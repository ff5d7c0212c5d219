package import HoldModel

/// How far a hot standby has replayed its primary's changes, as far as it says.
package struct StandbyReplay: Sendable, Equatable {
    /// The standby's clock when it was asked.
    package let asked: Timestamp
    /// How many bytes of WAL it has replayed; the next one, how many it has received.
    package let replayed: Int64?
    package let received: Int64?
    /// When the last transaction that it has replayed was committed, by the primary's clock.
    package let replayedUntil: Timestamp?
    /// Whether it was told to replay no more.
    package let isPaused: Bool
    /// How many bytes of WAL the primary had, and when it said so.
    package let primary: Position?
    /// Whether one server has answered all questions. Where several share the work, each has a lag of its own.
    package let isOneServer: Bool

    package struct Position: Sendable, Equatable {
        package let bytes: Int64
        package let at: Timestamp
    }

    /// How many bytes it is known to lack; `nil` where it does not say.
    package var bytesBehind: Int64? {
        guard let replayed, let known = [received, primary?.bytes].compactMap(\.self).max() else { return nil }
        return max(known - replayed, 0)
    }

    /// How many seconds ago the state that it shows was committed; 0 where it has replayed all that it knows of.
    package var secondsBehind: Double? {
        if bytesBehind == 0 { return 0 }
        return replayedUntil.map { max(Double(asked.milliseconds - $0.milliseconds) / 1000, 0) }
    }
}

extension PostgresSource {
    /// Whether the server was a hot standby when it was first asked.
    package nonisolated var readsStandby: Bool { mark.isStandby }

    /// Asks how far the server has replayed another one's changes; `nil` where it is no standby.
    package func replay() async throws -> StandbyReplay? {
        let mark = mark
        return try await query { handle in
            guard try handle.optional([]).isStandby else { return nil }
            let (told, _, asked) = try handle.optional(
                [.replayed, .received, .replayedUntil, .replayPaused, .primaryPosition])
            let primary = told[4]?.split(separator: " ").compactMap { Int64($0) } ?? []
            return StandbyReplay(
                asked: asked, replayed: told[0].flatMap { Int64($0) }, received: told[1].flatMap { Int64($0) },
                replayedUntil: told[2].flatMap { Int64($0) }.map { Timestamp(milliseconds: $0) },
                isPaused: told[3] == "t",
                primary: primary.count == 2
                    ? StandbyReplay.Position(bytes: primary[0], at: Timestamp(milliseconds: primary[1])) : nil,
                isOneServer: mark.isOneServer)
        }
    }
}
