package import HoldModel
import Output
package import Reconciliation

/// The part of a platform that a run was about, and how it went about it.
package struct RunScope: Sendable, Equatable {
    package var holds = Policy.Holds.rebuild
    package var traffic = RunSettings.Traffic.live
    package var events: [EventID] = []
    package var shard = Shard.whole
    /// Whether it only took seats off sale because its operator said so.
    package var onlyTightens = false
    package var limits = RunLimits()
    /// Whether it was a purge of the whole index.
    package var purgesAll = false
    /// The plan or the journal that it made or used.
    package var file: String?
    /// Where it keeps its changes; `nil` for a file that is there by now, since another run cannot have it.
    package var journal: String?

    package init() {}

    /// - Parameter purgesAll: whether the run purges the whole index.
    package init(_ settings: RunSettings, purgesAll: Bool) {
        holds = settings.policy.holds
        traffic = settings.traffic
        events = settings.events ?? []
        shard = settings.shard
        onlyTightens = settings.tightensByChoice
        limits = settings.limits
        self.purgesAll = purgesAll
    }

    /// The options that say it again, behind a command that has them.
    var options: [String] {
        events.map { "--event " + shellWord($0.bytes) } + (shard.isWhole ? [] : ["--shard \(shard)"])
            + (traffic == .live ? [] : ["--traffic \(traffic.rawValue)"])
    }

    /// The options that say its limits again, behind a command that writes.
    var limitOptions: [String] {
        [
            limits.seats.map { "--max-seats \($0)" }, limits.percent.map { "--max-percent \($0)" },
            limits.events.map { "--max-events \($0)" }, limits.agreedEvents.map { "--yes-change \($0)" },
        ].compactMap(\.self)
    }
}

/// Returns a text as one word for a shell.
///
/// Its own escapes are those of `printable`, so a name of bytes that no terminal may see is shown and not meant to be run.
func shellWord(_ bytes: [UInt8]) -> String {
    let text = printable(bytes)
    let isPlain =
        !text.isEmpty && !text.hasPrefix("-")
        && text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_.:/".utf8.contains(byte)
        }
    return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
