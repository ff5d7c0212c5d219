/// An error between the program and Redis: what was tried, on what, what came back, and what to do. It contains no
/// password: the target is named without it, and of a reply to a login only the part that cannot have it is shown.
package enum RedisError: Error, Sendable, Hashable {
    case cannotConnect(target: String, reason: String)
    case connectionLost(target: String, reason: String)
    case timedOut(target: String, seconds: Int64)
    case notRedis(target: String, reason: String)
    /// A reply is larger than the limits.
    case tooMuch(target: String, reason: String)
    /// The server's own error, in reply to `operation`.
    case refused(operation: String, target: String, message: String)
    case unexpectedReply(operation: String, target: String)
}

extension RedisError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotConnect(let target, let reason):
            "cannot connect to Redis \(target): \(reason)"
        case .connectionLost(let target, let reason):
            "the connection to Redis \(target) ended: \(reason); run again when it is back, the next run completes this one"
        case .timedOut(let target, let seconds):
            "Redis \(target) did not answer for \(seconds) s; it may be blocked or unreachable, or raise --redis-timeout"
        case .notRedis(let target, let reason):
            "what answers \(target) does not speak the Redis protocol (\(reason)); check host, port and TLS"
        case .tooMuch(let target, let reason):
            "the connection to Redis \(target) was ended: it answered with \(reason), which is more than is taken in; is it a "
                + "Redis, and does a key of the platform's hold that much?"
        case .refused(let operation, let target, let message):
            "Redis \(target) refused \(operation): \(message)" + Self.advice(message)
        case .unexpectedReply(let operation, let target):
            "Redis \(target) answered \(operation) with something else than it documents; is a proxy in between?"
        }
    }

    /// The code of the server's error; `nil` for an error that is not the server's.
    package var code: String? {
        guard case .refused(_, _, let message) = self else { return nil }
        return Self.code(of: message).map(String.init)
    }

    /// Whether the error is about the state of the server or the login, so that any other command would fail as well.
    /// Any other error is about the command: the user may not give it, it was renamed, or it fails.
    var concernsServer: Bool {
        guard let code else { return true }
        let states: Set = [
            "BUSY", "CLUSTERDOWN", "DENIED", "LOADING", "MASTERDOWN", "MOVED", "NOAUTH", "NOPROTO", "WRONGPASS",
        ]
        return states.contains(code) || description.contains("max number of clients")
    }

    /// Whether the server refuses the command itself, whatever it is called with.
    static func refusesCommand(_ message: String) -> Bool {
        message.hasPrefix("ERR unknown command") || message.hasPrefix("ERR unknown subcommand")
            || message.hasPrefix("NOPERM") && message.contains("run the")
    }

    /// Returns the part of a reply to a login that may be shown: its first word, the error's code. The rest may repeat
    /// the password, so what it is known to mean is said in the program's own words.
    static func told(ofLogin message: String) -> String {
        let first = message.prefix { $0 != " " }
        let isCode = (1...16).contains(first.utf8.count) && first.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        guard isCode else { return "an error" }
        if message.hasPrefix("ERR unknown command") { return "ERR (there is no such command)" }
        let lacksPassword =
            message.hasPrefix("ERR AUTH <password> called without any password")
            || message.hasPrefix("ERR Client sent AUTH, but no password is set")
        return lacksPassword ? "ERR (no password is set for AUTH)" : String(first)
    }

    /// Whether the operation may have been done, in whole or in part. Redis checks its state and the user's right to a
    /// command before it runs the command, and inside a script before the first write. A refusal later in a script
    /// comes after writes that stay.
    var mayHaveWritten: Bool {
        switch self {
        case .cannotConnect: return false
        case .connectionLost, .timedOut, .notRedis, .tooMuch, .unexpectedReply: return true
        case .refused(_, _, let message):
            let before: Set = [
                "ASK", "BUSY", "CLUSTERDOWN", "CROSSSLOT", "LOADING", "MASTERDOWN", "MISCONF", "MOVED", "NOAUTH",
                "NOREPLICAS", "NOSCRIPT", "OOM", "READONLY",
            ]
            if Self.refusesCommand(message) { return false }
            return !(message.hasPrefix("NOPERM") || Self.code(of: message).map { before.contains(String($0)) } ?? false)
        }
    }

    /// Returns the first word, which is the code. For an error inside a script Redis 6 puts it after the position in
    /// the script: `ERR Error running script (call to f_…): @user_script:52: @user_script: 52: -READONLY You can't …`.
    private static func code(of message: String) -> Substring? {
        let words = message.split(separator: " ")
        guard message.hasPrefix("ERR Error running script") else { return words.first }
        let inner = words.first { word in
            word.count > 2 && word.hasPrefix("-") && word.dropFirst().allSatisfy { $0.isASCII && $0.isUppercase }
        }
        return inner?.dropFirst() ?? words.first
    }

    private static func advice(_ message: String) -> String {
        switch code(of: message) {
        case "WRONGPASS": "; check REDIS_USERNAME and REDIS_PASSWORD"
        case "NOAUTH": "; a password is needed: set REDIS_PASSWORD, or put it into REDIS_URL"
        case "NOPERM",
            "ERR" where message.contains("The user executing the script can't"):
            "; this Redis user lacks a permission, or the key prefix is not its own: ops/deploy/redis has users with what "
                + "each job needs"
        case "LOADING": "; Redis is still loading its data: run again when it has finished"
        case "READONLY": "; this is a replica: give the address of its primary"
        case "MASTERDOWN": "; this replica has lost its primary and serves no data: give another address"
        case "OOM": "; Redis is at its maxmemory: this was not written; free memory or raise the limit, then run again"
        case "BUSY": "; another script is running for too long: find it with SLOWLOG, then run again"
        case "MOVED", "ASK", "CROSSSLOT", "CLUSTERDOWN":
            "; this is a cluster: the key prefix needs a hash tag such as {tickets}:, and --redis the node of its slot"
        case "MISCONF", "NOREPLICAS": "; Redis takes no writes in this state: nothing was written"
        case "ERR" where message.contains("AUTH") && message.contains("password"):
            "; this server has no password: leave REDIS_PASSWORD out"
        default: ""
        }
    }
}
