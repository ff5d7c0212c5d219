import Foundation

/// What tests ask of a server over the Unix socket: plain commands by a connection for each, the rest by `redis-cli`.
extension RedisServer {
    /// Runs one command and returns its raw reply: the elements of an array one a line, a missing value empty.
    ///
    /// - Throws: ``TestServerError/toolFailed(tool:status:message:)`` with the server's words for an error reply.
    @discardableResult
    package func command(_ words: String..., user: String? = nil, password: String? = nil) async throws -> String {
        try await command(words, user: user, password: password)
    }

    /// The same for words in an array. `lastWordFile` is a file whose text is one word more, for text too long for an
    /// argument of a process.
    @discardableResult
    package func command(
        _ words: [String], user: String? = nil, password: String? = nil, lastWordFile: String? = nil
    ) async throws -> String {
        try await outcome(of: words, user: user, password: password, lastWordFile: lastWordFile)
            .successfulOutput(of: "redis-cli \(words.first ?? "")")
    }

    func outcome(
        of words: [String], user: String? = nil, password: String? = nil, lastWordFile: String? = nil
    ) async throws -> Tool.Outcome {
        guard lastWordFile != nil || words.first?.hasPrefix("-") == true else {
            return await answer(to: words, user: user, password: password ?? self.password)
        }
        let connection = ["-s", socketPath, "-e"] + (user.map { ["--user", $0] } ?? [])
        return try await cli.outcome(
            of: connection + (lastWordFile == nil ? [] : ["-x"]) + words,
            inputFile: lastWordFile ?? "/dev/null",
            environment: ["REDISCLI_AUTH": password ?? self.password])
    }

    /// What `redis-cli -e` would leave behind.
    private func answer(to words: [String], user: String?, password: String?) async -> Tool.Outcome {
        await withCheckedContinuation { continuation in
            // Blocks its thread, which is none of those that tests run on.
            DispatchQueue.global().async { [socketPath] in
                let result = Result {
                    let socket = try RedisSocket(socketPath)
                    if let password {
                        try socket.send(["AUTH"] + (user.map { [$0] } ?? []) + [password])
                        let login = try socket.reply()
                        guard !login.isError else {
                            return RedisAnswer(text: "AUTH failed: \(login.text)", isError: true)
                        }
                    }
                    try socket.send(words)
                    return try socket.reply()
                }
                switch result {
                case .success(let answer):
                    continuation.resume(
                        returning: Tool.Outcome(
                            isSuccess: !answer.isError, exitCode: answer.isError ? 1 : 0,
                            status: answer.isError ? "refused" : "answered", output: answer.text, message: ""))
                case .failure(let error):
                    continuation.resume(
                        returning: Tool.Outcome(
                            isSuccess: false, exitCode: 1, status: "lost", output: "", message: "\(error)"))
                }
            }
        }
    }

    /// Runs one command and decodes its RESP3 reply from JSON: a hash is an object, a missing hash an empty one.
    package func decoded<T: Decodable>(_ words: [String], as type: T.Type = T.self) async throws -> T {
        try JSONDecoder().decode(type, from: Data(try await command(["--json"] + words).utf8))
    }

    /// Runs a script and returns its raw reply.
    @discardableResult
    package func eval(_ script: String, keys: [String] = [], arguments: [String] = []) async throws -> String {
        try await command(["EVAL", script, String(keys.count)] + keys + arguments)
    }

    /// The same with one argument more that may be megabytes long.
    @discardableResult
    package func eval(
        _ script: String, keys: [String] = [], arguments: [String] = [], longArgument: String
    ) async throws -> String {
        try await withTemporaryFile(of: longArgument, in: folder) { file in
            try await command(["EVAL", script, String(keys.count)] + keys + arguments, lastWordFile: file)
        }
    }

    /// Runs a script once for each of many keys and arguments, all in one run of `redis-cli`.
    ///
    /// - Returns: the raw replies, one a line.
    package func eval(_ script: String, each calls: [(keys: [String], arguments: [String])]) async throws -> String {
        let digest = try await command("SCRIPT", "LOAD", script)
        let lines = calls.map { call in
            (["EVALSHA", digest, String(call.keys.count)] + call.keys + call.arguments).map { word in
                // In quotes every byte may stand as its number.
                "\"" + word.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
            }.joined(separator: " ")
        }
        return try await withTemporaryFile(of: lines.joined(separator: "\n") + "\n", in: folder) { file in
            try await cli.run(["-s", socketPath, "-e"], inputFile: file, environment: ["REDISCLI_AUTH": password])
        }
    }

    package func flushAll() async throws {
        try await command("FLUSHALL")
    }

    /// How often each command ran since the start or since `CONFIG RESETSTAT`, those inside of scripts included:
    /// `["hset": 12, "config|get": 1]`.
    package func commandStats() async throws -> [String: Int] {
        var calls: [String: Int] = [:]
        for line in try await command("INFO", "commandstats").split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("cmdstat_"), let colon = line.firstIndex(of: ":"),
                let figure = line[colon...].split(separator: ",").first?.split(separator: "=").last
            else { continue }
            calls[String(line[..<colon].dropFirst("cmdstat_".count))] = Int(figure)
        }
        return calls
    }
}
