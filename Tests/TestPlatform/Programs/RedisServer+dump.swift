package import TestServers

extension RedisServer {
    /// Every key in hex with its `DUMP` payload in hex and its expiry in milliseconds since 1970 (`-1` without one, `?`
    /// where the server cannot tell): equal before and after means that nothing was written.
    package func dumpAll() async throws -> [String: String] {
        let lines = try await eval(PlatformScript.dump.text).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let key = line.prefix { $0 != " " }
                return (String(key), String(line.dropFirst(key.count + 1)))
            })
    }
}
