import HoldModel
package import Output
package import PostgresSource
package import Reconciliation
package import RedisStore

/// What `doctor` found, a line each: `ok`, `note` or `FAIL`.
package struct DoctorSheet: Sendable {
    /// The greatest difference between clocks, in seconds, at which expiry can be judged safely (design section 4).
    private static let greatestSkew: Double = 5

    private var page = Page()
    /// Whether nothing failed.
    package private(set) var isHealthy = true

    package init() {}

    package var printed: Printed {
        page.printed
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

    private mutating func add(_ mark: String, _ subject: String, _ words: String) {
        page.add("\(mark)  \(subject): \(words)")
    }

    package mutating func add(_ facts: PostgresFacts, schema problems: [String]) {
        pass(
            "postgres",
            "\(facts.version), database \(facts.database), role \(facts.role)"
                + (facts.usesTLS ? ", TLS" : "") + (facts.isStandby ? ", hot standby" : ""))
        if facts.isReadOnly {
            pass("postgres transactions", "read-only")
        } else {
            fail("postgres transactions", "can write")
        }
        if facts.encoding != "UTF8" { note("postgres encoding", "\(facts.encoding); ids are compared as UTF-8") }
        if problems.isEmpty { pass("postgres schema", "every table and column can be read") }
        for problem in problems { fail("postgres schema", problem) }
    }

    package mutating func add(_ connections: PostgresConnections) {
        let words = "\(connections.had) of the \(PostgresConnections.wanted) that a command takes"
        guard let refusal = connections.refusal else { return pass("postgres connections", words) }
        note("postgres connections", "\(words), so each snapshot is waited for: \(refusal)")
    }

    /// - Parameter problems: what went wrong with the program's own queries.
    package mutating func add(rehearsal problems: [String]) {
        if problems.isEmpty { pass("postgres queries", "every query of a run is answered, of the first events") }
        for problem in problems { fail("postgres queries", problem) }
    }

    /// - Parameter unread: evidence that cannot be read, in words.
    package mutating func add(_ waiting: WaitingCheckouts, _ unread: [String]) {
        let words =
            "\(waiting.late + waiting.doubtful + waiting.stuck) wait for the finalizer longer than the hold TTL, "
            + "\(waiting.doubtful + waiting.stuck) of them longer than --abandoned-after, \(waiting.stuck) of them longer than "
            + "--abandon-checkouts-older-than"
        if waiting.late + waiting.doubtful + waiting.stuck == 0 {
            pass("accepted checkouts", "none waits for the finalizer longer than it should")
        } else {
            note("accepted checkouts", words)
        }
        for evidence in unread { note("evidence of abandoned checkouts", evidence) }
        if unread.isEmpty { pass("evidence of abandoned checkouts", "api_idempotency and payment_status can be read") }
    }

    package mutating func add(lists: (words: String, isWhole: Bool)) {
        if lists.isWhole { pass("finalizer's lists", lists.words) } else { note("finalizer's lists", lists.words) }
    }

    package mutating func add(_ facts: RedisFacts, indexType: String) {
        if let version = facts.version { pass("redis", "\(version), role \(facts.role ?? "unknown")") }
        for lack in facts.lacks { note("redis commands", lack) }
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

    /// Compares a server's clock with this machine's. Time spent waiting for the answer does not count as a difference.
    package mutating func add(_ reading: ClockReading, of server: String) {
        let words = "\(server)'s is \(reading.place)"
        if Double(reading.surelyAhead.magnitude) > Self.greatestSkew * 1000 {
            fail("clocks", words)
        } else {
            pass("clocks", words)
        }
    }
}
