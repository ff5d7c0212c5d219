package import LuaScripts

/// Runs the program's scripts by their digest, many calls in one write, and loads those that the server does not have.
package actor ScriptRunner {
    /// How many calls are sent in one write: enough to keep the server busy, and few enough that the bytes in flight
    /// stay bounded and that other clients are served in between.
    private static let window = 32

    private let connection: RedisConnection
    private let knowsScriptFlags: Bool
    private let sources: [LuaScript: [UInt8]]
    private var digests: [LuaScript: [UInt8]] = [:]
    /// The ways to run a script that the server refuses to this user.
    private var refused: Set<ScriptWay> = []

    /// - Parameters:
    ///   - knowsScriptFlags: whether the server is Redis 7 or newer, which refuses writes in a script that is flagged
    ///     read-only, and knows `EVALSHA_RO`.
    ///   - sources: texts to run in place of the scripts, for tests that show what a line of a script is for.
    package init(_ connection: RedisConnection, knowsScriptFlags: Bool, sources: [LuaScript: [UInt8]] = [:]) {
        self.connection = connection
        self.knowsScriptFlags = knowsScriptFlags
        self.sources = sources
    }

    /// Runs a script once for each call, in order, and returns the replies in that order.
    ///
    /// - Throws: ``RedisError`` for the first error reply; later calls may have run.
    package func run(_ script: LuaScript, _ calls: [ScriptCall]) async throws -> [RedisReply] {
        do {
            return try await answers(script, calls).map { try $0.get() }
        } catch let failure as ScriptFailure {
            throw failure.cause
        }
    }

    /// Runs a script once for each call, and returns an answer for each even after an error: what was written must be
    /// reported.
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
        // Earlier looks have found out which way is allowed.
        let way = ways(script)[0]
        guard way != .plain else { return try await lookPlainly(script, calls, after: first) }
        let body = try await body(of: script, way)
        let results = try await transaction([first] + calls.map { $0.command(way.rawValue, body) }, script)
        for result in results {
            if case .error(let message) = result { throw connection.refused("script \(script.rawValue)", message) }
        }
        return results
    }

    /// Does the same by plain commands.
    private func lookPlainly(
        _ script: LuaScript, _ calls: [ScriptCall], after first: RedisCommand? = nil
    ) async throws -> [RedisReply] {
        let looks = calls.compactMap { PlainLook(script, $0) }
        let commands = looks.map(\.commands)
        var results = try await transaction((first.map { [$0] } ?? []) + commands.joined(), script)[...]
        var replies: [RedisReply] = []
        if first != nil, let answer = results.popFirst() { replies.append(answer) }
        for (look, commands) in zip(looks, commands) {
            guard let reply = look.reply(results.prefix(commands.count)) else {
                throw connection.unexpected("a look by plain commands")
            }
            replies.append(reply)
            results = results.dropFirst(commands.count)
        }
        for case .error(let message) in replies {
            throw connection.refused("a look by plain commands (\(script.rawValue))", message)
        }
        return replies
    }

    /// - Throws: ``RedisError`` where the server refuses the transaction, or a command of it before it runs.
    private func transaction(_ commands: [RedisCommand], _ script: LuaScript) async throws -> [RedisReply] {
        let replies = try await connection.replies(to: [RedisCommand("MULTI")] + commands + [RedisCommand("EXEC")])
        for case .error(let message) in replies {
            throw connection.refused("MULTI of script \(script.rawValue)", message)
        }
        guard let results = replies.last?.array, results.count == commands.count else {
            throw connection.unexpected("EXEC")
        }
        return results
    }

    private func runWindow(_ script: LuaScript, _ calls: [ScriptCall]) async -> [ScriptAnswer] {
        var answers = await evaluate(script, calls)
        let lost = answers.indices.filter { answers[$0].failure?.isMissingScript ?? false }
        if lost.isEmpty { return answers }
        // The server restarted, or SCRIPT FLUSH came in between. Those calls have run nothing, so they run now, once.
        digests[script] = nil
        for (position, answer) in zip(lost, await evaluate(script, lost.map { calls[$0] })) {
            answers[position] = answer
        }
        return answers
    }

    /// Runs the calls in the first way that is allowed. A way that is refused has run nothing.
    private func evaluate(_ script: LuaScript, _ calls: [ScriptCall]) async -> [ScriptAnswer] {
        var first: [ScriptAnswer] = []
        let ways = ways(script)
        for way in ways {
            let answers = await evaluate(script, calls, way)
            guard case .failure(let failure)? = answers.first, way.isRefused(failure.cause, isFirst: way == ways[0])
            else {
                return answers
            }
            refused.insert(way)
            // The refusal of the usual way says what to grant.
            if first.isEmpty { first = answers }
        }
        refused.subtract(ways)
        return first
    }

    private func evaluate(_ script: LuaScript, _ calls: [ScriptCall], _ way: ScriptWay) async -> [ScriptAnswer] {
        if way == .plain { return await plainAnswers(script, calls) }
        let body: [UInt8]
        do {
            body = try await self.body(of: script, way)
        } catch {
            return calls.map { _ in .failure(ScriptFailure(cause: error, mayHaveRun: false)) }
        }
        return await connection.replies(toEach: calls.map { $0.command(way.rawValue, body) }).map { answer in
            answer.flatMap { reply in
                guard case .error(let message) = reply else { return .success(reply) }
                let refusal = connection.refused("script \(script.rawValue)", message)
                return .failure(ScriptFailure(cause: refusal, mayHaveRun: refusal.mayHaveWritten))
            }
        }
    }

    /// Runs a transaction for each call, one after the other, so that Redis serves others in between.
    private func plainAnswers(_ script: LuaScript, _ calls: [ScriptCall]) async -> [ScriptAnswer] {
        var answers: [ScriptAnswer] = []
        for call in calls {
            do {
                answers += try await lookPlainly(script, [call]).map { .success($0) }
            } catch {
                let failure = ScriptFailure(cause: error, mayHaveRun: false)
                return answers + Array(repeating: .failure(failure), count: calls.count - answers.count)
            }
        }
        return answers
    }

    /// Returns the ways to run a script that this server has not refused.
    private func ways(_ script: LuaScript) -> [ScriptWay] {
        // For EVALSHA every key counts as written, so a user that may only read keys needs EVALSHA_RO.
        let readOnly: [ScriptWay] = knowsScriptFlags && script.isReadOnly ? [.evalshaReadOnly] : []
        let text: [ScriptWay] = knowsScriptFlags && script.isReadOnly ? [.evalReadOnly] : []
        let all = readOnly + [.evalsha] + text + [.eval] + (script.isReadOnly ? [.plain] : [])
        let open = all.filter { !refused.contains($0) }
        return open.isEmpty ? all : open
    }

    /// Returns the argument of a way: the script's digest, or its text.
    private func body(of script: LuaScript, _ way: ScriptWay) async throws -> [UInt8] {
        guard way.takesDigest else { return text(of: script) }
        return if let known = digests[script] { known } else { try await load(script) }
    }

    private func load(_ script: LuaScript) async throws -> [UInt8] {
        var command = RedisCommand("SCRIPT", "LOAD")
        command.append(text(of: script))
        let reply = try await connection.reply(to: command, "SCRIPT LOAD of \(script.rawValue)")
        guard let digest = reply.bytes else { throw connection.unexpected("SCRIPT LOAD") }
        digests[script] = digest
        return digest
    }

    private func text(of script: LuaScript) -> [UInt8] {
        let source = sources[script] ?? script.source
        return knowsScriptFlags && script.isReadOnly ? Array("#!lua flags=no-writes\n".utf8) + source : source
    }
}

/// A way to run a script; a managed server may forbid some of them.
private enum ScriptWay: String {
    case evalshaReadOnly = "EVALSHA_RO"
    case evalsha = "EVALSHA"
    case evalReadOnly = "EVAL_RO"
    case eval = "EVAL"
    /// Plain commands in a transaction, without a script, for scripts that only look.
    case plain = "MULTI"

    var takesDigest: Bool { self == .evalshaReadOnly || self == .evalsha }

    /// Whether an error says that this way is not allowed.
    ///
    /// - Parameter isFirst: whether it is the usual way for the script; for another one a user may lack more than the command.
    func isRefused(_ error: any Error, isFirst: Bool) -> Bool {
        guard let error = error as? RedisError, case .refused(_, _, let message) = error else { return false }
        return RedisError.refusesCommand(message) || !isFirst && message.hasPrefix("NOPERM")
    }
}
