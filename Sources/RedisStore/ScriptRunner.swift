package import LuaScripts

/// Runs the program's scripts by their digest, many calls in one write, and loads them where the server lost them.
package actor ScriptRunner {
    /// Calls sent in one write before their replies are awaited: enough to keep the server busy, few enough that the
    /// bytes in flight stay bounded and that other clients are served in between.
    private static let window = 32

    private let connection: RedisConnection
    private let knowsScriptFlags: Bool
    private let sources: [LuaScript: [UInt8]]
    private var digests: [LuaScript: [UInt8]] = [:]

    /// - Parameters:
    ///   - knowsScriptFlags: whether the server is Redis 7 or newer, which refuses writes in a script that is flagged
    ///     read-only, and knows `EVALSHA_RO`.
    ///   - sources: run in the place of scripts of their own, by tests that show what a line of a script is for.
    package init(_ connection: RedisConnection, knowsScriptFlags: Bool, sources: [LuaScript: [UInt8]] = [:]) {
        self.connection = connection
        self.knowsScriptFlags = knowsScriptFlags
        self.sources = sources
    }

    /// Runs one script for each call, in order, and answers in that order.
    ///
    /// - Throws: ``RedisError`` for the first error reply; calls behind it may have run.
    package func run(_ script: LuaScript, _ calls: [ScriptCall]) async throws -> [RedisReply] {
        do {
            return try await answers(script, calls).map { try $0.get() }
        } catch let failure as ScriptFailure {
            throw failure.cause
        }
    }

    /// The same, with an answer for each call also where an error comes: what was written until then must be told.
    func answers(_ script: LuaScript, _ calls: [ScriptCall]) async -> [ScriptAnswer] {
        var answers: [ScriptAnswer] = []
        answers.reserveCapacity(calls.count)
        while answers.count < calls.count {
            let window = calls[answers.count..<min(answers.count + Self.window, calls.count)]
            answers += await runWindow(script, Array(window))
            guard let failure = answers.lazy.compactMap(\.failure).first else { continue }
            let left = ScriptFailure(cause: failure.cause, mayHaveRun: false)
            answers += Array(repeating: .failure(left), count: calls.count - answers.count)
        }
        return answers
    }

    /// Runs a command and then script calls at one instant, in a transaction.
    ///
    /// - Returns: the command's reply, then the calls'.
    func runAtOnce(_ script: LuaScript, _ calls: [ScriptCall], after first: RedisCommand) async throws -> [RedisReply] {
        let digest = if let known = digests[script] { known } else { try await load(script) }
        let name = knowsScriptFlags && script.isReadOnly ? "EVALSHA_RO" : "EVALSHA"
        let commands = [RedisCommand("MULTI"), first] + calls.map { $0.command(name, digest) } + [RedisCommand("EXEC")]
        let replies = try await connection.replies(to: commands)
        for reply in replies {
            if case .error(let message) = reply {
                throw connection.refused("MULTI of script \(script.rawValue)", message)
            }
        }
        guard let results = replies.last?.array, results.count == calls.count + 1 else {
            throw connection.unexpected("EXEC")
        }
        for result in results {
            if case .error(let message) = result { throw connection.refused("script \(script.rawValue)", message) }
        }
        return results
    }

    private func runWindow(_ script: LuaScript, _ calls: [ScriptCall]) async -> [ScriptAnswer] {
        var answers = await evaluate(script, calls)
        let lost = answers.indices.filter { answers[$0].failure?.isMissingScript ?? false }
        if lost.isEmpty { return answers }
        // A restart or SCRIPT FLUSH in between; nothing ran in those calls, so they run now, once.
        digests[script] = nil
        for (position, answer) in zip(lost, await evaluate(script, lost.map { calls[$0] })) {
            answers[position] = answer
        }
        return answers
    }

    private func evaluate(_ script: LuaScript, _ calls: [ScriptCall]) async -> [ScriptAnswer] {
        let digest: [UInt8]
        do {
            digest = if let known = digests[script] { known } else { try await load(script) }
        } catch {
            return calls.map { _ in .failure(ScriptFailure(cause: error, mayHaveRun: false)) }
        }
        // To EVALSHA every key counts as written; a user that may only read the keys needs the other name.
        let name = knowsScriptFlags && script.isReadOnly ? "EVALSHA_RO" : "EVALSHA"
        return await connection.replies(toEach: calls.map { $0.command(name, digest) }).map { answer in
            answer.flatMap { reply in
                guard case .error(let message) = reply else { return .success(reply) }
                let refusal = connection.refused("script \(script.rawValue)", message)
                return .failure(ScriptFailure(cause: refusal, mayHaveRun: refusal.mayHaveWritten))
            }
        }
    }

    private func load(_ script: LuaScript) async throws -> [UInt8] {
        var source = sources[script] ?? script.source
        if knowsScriptFlags && script.isReadOnly { source = Array("#!lua flags=no-writes\n".utf8) + source }
        var command = RedisCommand("SCRIPT", "LOAD")
        command.append(source)
        let reply = try await connection.reply(to: command, "SCRIPT LOAD of \(script.rawValue)")
        guard let digest = reply.bytes else { throw connection.unexpected("SCRIPT LOAD") }
        digests[script] = digest
        return digest
    }
}
