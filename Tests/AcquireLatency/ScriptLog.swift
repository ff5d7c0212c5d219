import TestPlatform
import TestServers

/// Redis' own record of scripts that were long (`SLOWLOG`), and of how many there were.
struct ScriptLog {
    /// Milliseconds from which on a script is logged: few enough entries that logging does not show in what is measured.
    static let threshold = 1.0

    private let redis: RedisServer
    /// The platform's scripts are not the program's.
    private let platformScripts: Set<String>

    /// Starts the record.
    init(_ platform: Platform) async throws {
        redis = platform.redis
        var digests: Set<String> = []
        for script in PlatformScript.allCases {
            digests.insert(try await redis.command("SCRIPT", "LOAD", script.text))
        }
        platformScripts = digests
        try await redis.command("CONFIG", "SET", "slowlog-log-slower-than", String(Int(Self.threshold * 1000)))
        try await redis.command("CONFIG", "SET", "slowlog-max-len", "1000000")
        try await redis.command("SLOWLOG", "RESET")
        try await redis.command("CONFIG", "RESETSTAT")
    }

    /// What the program's scripts took since.
    ///
    /// - Parameter others: calls that were not the program's.
    func times(besides others: Int) async throws -> ScriptTimes {
        let calls = try await redis.commandStats()
        // In a script, because arguments may hold any bytes.
        let lines = try await redis.eval(
            """
            local lines = {}
            for _, entry in ipairs(redis.call('SLOWLOG', 'GET', '-1')) do
                if string.find(string.lower(entry[4][1]), '^evalsha') then
                    lines[#lines + 1] = entry[3] .. ' ' .. entry[4][2]
                end
            end
            return table.concat(lines, '\\n')
            """)
        let entries = lines.split(separator: "\n").map { $0.split(separator: " ") }
        let logged = entries.filter { $0.count == 2 && !platformScripts.contains(String($0[1])) }
        return ScriptTimes(
            count: (calls["evalsha"] ?? 0) + (calls["evalsha_ro"] ?? 0) - others,
            logged: logged.compactMap { Double($0[0]).map { $0 / 1000 } })
    }
}
