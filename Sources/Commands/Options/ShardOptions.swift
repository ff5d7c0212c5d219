import ArgumentParser
import HoldModel

/// The option for the part of the work that a run does, where several processes share it.
struct ShardOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Part I of N, from 0 on, of the events by a hash of their ids (HOLD_RECONCILER_SHARD).", valueName: "i/n"))
    var shard: String?

    func validate() throws {
        _ = try shard.map { try Self.read($0, from: "--shard") }
    }

    /// Returns the part that is given; all of the work otherwise.
    ///
    /// - Throws: `ValidationError` where what is given is no part.
    func part(_ environment: Environment = .current) throws -> Shard {
        if let shard { return try Self.read(shard, from: "--shard") }
        return try environment[Self.variable].map { try Self.read($0, from: Self.variable) } ?? .whole
    }

    /// Refuses to run a command that cannot be split once for each part.
    ///
    /// - Throws: `ValidationError` where the environment names a part.
    static func expectNone(for command: String, _ environment: Environment = .current) throws {
        guard environment[variable] == nil else {
            throw ValidationError("\(command) is not split into shards, but \(variable) is set")
        }
    }

    private static let variable = "HOLD_RECONCILER_SHARD"

    private static func read(_ text: String, from name: String) throws -> Shard {
        guard let shard = Shard(text) else {
            throw ValidationError(
                "\(name) is I/N, such as 0/4: N parts, \(Shard.greatestCount) at the most, with I from 0 to N-1"
            )
        }
        return shard
    }
}
