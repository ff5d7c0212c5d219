import HoldModel

extension Origin {
    func write(_ line: inout JSONLine) {
        line.text("program", program)
        line.text("command", command)
        line.number("madeAt", madeAt.milliseconds)
        line.text("madeAtText", madeAt.iso8601)
        line.name("options")
        line.array(options.sorted { $0.key < $1.key }) { option, line in
            line.object { line in
                line.text("name", option.key)
                line.text("value", option.value)
            }
        }
        line.text("keyPrefix", keyPrefix)
        line.name("redis")
        line.object { line in
            line.name("runId")
            line.optional(redis.runID)
            line.name("replicationId")
            line.optional(redis.replicationID)
        }
        line.name("postgres")
        line.object { line in
            line.text("database", postgres.database)
            line.number("oid", postgres.oid)
            line.name("system")
            line.optional(postgres.system)
        }
    }
}

extension JSONLine {
    mutating func optional(_ text: String?) {
        if let text { self.text(text) } else { null() }
    }
}

/// The parts of an origin, while its object is read; the names of others are left to the caller.
struct OriginReading {
    private var texts: [String: String] = [:]
    private var madeAt: Int64?
    private var keyPrefix: [UInt8]?
    private var options: [String: String]?
    private var redis: RedisOrigin?
    private var postgres: PostgresOrigin?

    /// - Returns: whether the name is one of an origin; its value was read then.
    mutating func take(_ name: String, _ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) -> Bool {
        switch name {
        case "program", "command": texts[name] = try scanner.word()
        case "madeAt": madeAt = try scanner.integer()
        case "madeAtText": _ = try scanner.string()
        case "keyPrefix": keyPrefix = try scanner.foreign()
        case "options":
            let pairs = try scanner.elements { (scanner) throws(JSONScanner.Unreadable) in
                let pair = try scanner.words()
                guard let name = pair["name"], let value = pair["value"] else { throw JSONScanner.Unreadable() }
                return (name, value)
            }
            options = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        case "redis":
            let words = try scanner.words()
            redis = RedisOrigin(runID: words["runId"], replicationID: words["replicationId"])
        case "postgres": postgres = try Self.postgres(&scanner)
        default: return false
        }
        return true
    }

    private static func postgres(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) -> PostgresOrigin {
        var (database, oid, system): (String?, Int64?, String?)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "database": database = try scanner.word()
            case "oid": oid = try scanner.integer()
            case "system":
                system = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in try scanner.word() }
            default: throw JSONScanner.Unreadable()
            }
        }
        guard let database, let oid else { throw JSONScanner.Unreadable() }
        return PostgresOrigin(database: database, oid: oid, system: system)
    }

    func finished() throws(JSONScanner.Unreadable) -> Origin {
        guard let program = texts["program"], let command = texts["command"], let madeAt, let keyPrefix, let options,
            let redis, let postgres, (0...greatestSeatCount).contains(madeAt)
        else { throw JSONScanner.Unreadable() }
        return Origin(
            program: program, command: command, madeAt: Timestamp(milliseconds: madeAt), options: options,
            keyPrefix: keyPrefix, redis: redis, postgres: postgres)
    }
}

extension JSONScanner {
    mutating func word() throws(Unreadable) -> String {
        guard let word = String(validating: try string(), as: UTF8.self) else { throw Unreadable() }
        return word
    }

    /// Reads an object of texts; those that are `null` are left out.
    fileprivate mutating func words() throws(Unreadable) -> [String: String] {
        var words: [String: String] = [:]
        try object { (name, scanner) throws(Unreadable) in
            words[String(decoding: name, as: UTF8.self)] = try scanner.optional { (scanner) throws(Unreadable) in
                try scanner.word()
            }
        }
        return words
    }
}
