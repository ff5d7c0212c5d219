package import HoldModel
package import PostgresSource
package import RedisStore

/// What `doctor` found, a line each: `ok`, `note` or `FAIL`.
package struct DoctorSheet: Sendable {
    /// Seconds of difference between clocks above which expiry cannot be judged safely (design section 4).
    private static let greatestSkew: Double = 5

    private var lines: [String] = []
    private var postgresTime: Timestamp?
    private var redisTime: Timestamp?
    /// Whether nothing failed.
    package private(set) var isHealthy = true

    package init() {}

    package var text: String {
        lines.map { $0 + "\n" }.joined()
    }

    package mutating func pass(_ subject: String, _ words: String) {
        add("ok  ", subject, words)
    }

    package mutating func note(_ subject: String, _ words: String) {
        add("note", subject, words)
    }

    package mutating func fail(_ subject: String, _ words: String) {
        isHealthy = false
        add("FAIL", subject, words)
    }

    /// Names and versions come from servers, so they are made safe for a terminal.
    private mutating func add(_ mark: String, _ subject: String, _ words: String) {
        lines.append("\(mark)  \(subject): \(printable(Array(words.utf8)))")
    }

    package mutating func add(_ facts: PostgresFacts, schema problems: [String]) {
        postgresTime = facts.clock.time
        pass(
            "postgres",
            "\(facts.version), database \(facts.database), role \(facts.role)"
                + (facts.usesTLS ? ", TLS" : "") + (facts.isStandby ? ", hot standby" : ""))
        if facts.isReadOnly { pass("postgres session", "read-only") } else { fail("postgres session", "can write") }
        if facts.encoding != "UTF8" { note("postgres encoding", "\(facts.encoding); ids are compared as UTF-8") }
        if problems.isEmpty { pass("postgres schema", "every table and column can be read") }
        for problem in problems { fail("postgres schema", problem) }
    }

    package mutating func add(_ facts: RedisFacts, indexType: String) {
        redisTime = facts.time
        if let version = facts.version { pass("redis", "\(version), role \(facts.role ?? "unknown")") }
        if facts.version == nil { note("redis", "this user may not ask INFO, so version and role are unknown") }
        if let role = facts.role, role != "master" {
            note("redis role", "\(role): check works here, rebuild and purge do not")
        }
        if facts.isCluster {
            note("redis cluster", "the key prefix needs a hash tag, and --redis the node of its slot")
        }
        if let policy = facts.maxmemoryPolicy, policy.hasPrefix("allkeys") || policy.hasPrefix("volatile") {
            note("redis maxmemory-policy", "\(policy) may evict holds or inventory; noeviction is right for stock")
        }
        switch indexType {
        case "zset", "none": pass("redis index", indexType == "none" ? "empty" : "sorted set")
        default:
            fail("redis index", "is a \(indexType), not a sorted set: rebuild --holds rebuild --execute replaces it")
        }
    }

    /// Call it as soon as the servers have been asked: the time in between counts as skew.
    package mutating func compareClocks(local: Timestamp) {
        for (name, time) in [("postgres", postgresTime), ("redis", redisTime)] {
            guard let time else { continue }
            let skew = Double(time.milliseconds - local.milliseconds) / 1000
            let words = "\(name) is \(skew < 0 ? -skew : skew) s \(skew < 0 ? "behind" : "ahead of") this machine"
            if skew.magnitude > Self.greatestSkew { fail("clocks", words) } else { pass("clocks", words) }
        }
    }
}
