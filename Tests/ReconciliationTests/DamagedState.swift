import TestPlatform
import TestRandom

/// A state that two servers may have come to: what is done to a healthy platform, drawn at random.
///
/// Every odd token is put together from what its hash, its metadata, its index member and its order may be, each for
/// itself, so that the combinations nobody thought of come as well.
struct DamagedState {
    static let healthyEvents = ["h1", "h2", "h3", "h4"]
    /// Holds of each of them, every one with an open order.
    static let healthyHolds = 100

    private(set) var sql = ""
    /// Redis commands in order; one that does not fit what another has left is void.
    private(set) var commands: [[String]] = []
    /// Faulty events that this state is without.
    private(set) var without: [Fault] = []

    private let platform: Platform
    private let now = Clock.now()
    private var events: [String]

    init(of platform: Platform, using random: inout SeededRandom) {
        self.platform = platform
        events = Self.healthyEvents
        for fault in Fault.repairable {
            if Int.random(in: 0...2, using: &random) == 0 {
                events.append(fault.rawValue)
            } else {
                without.append(fault)
            }
        }
        dropFaults()
        for number in 0..<Int.random(in: 4...16, using: &random) { addOddToken(number, &random) }
        for number in 0..<Int.random(in: 0...20, using: &random) { addCart(number, &random) }
        for _ in 0..<Int.random(in: 0...4, using: &random) { spoilHealthyHold(&random) }
        for _ in 0..<Int.random(in: 0...4, using: &random) { spoilInventory(&random) }
        addForeignKeys(&random)
    }

    private mutating func dropFaults() {
        let names = without.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        if without.isEmpty { return }
        sql += """
            DELETE FROM tickets WHERE event_id IN (\(names));
            DELETE FROM orders WHERE event_id IN (\(names));
            DELETE FROM events WHERE id IN (\(names));

            """
    }

    // Tokens that are odd in any way

    private mutating func addOddToken(_ number: Int, _ random: inout SeededRandom) {
        let token = Int.random(in: 0...40, using: &random) == 0 ? "expiration-index" : "odd:\(number)"
        let event = anyEvent(&random)
        let seats = Int.random(in: 1...4, using: &random)
        let expiry = [now + 2000, now + 2000, now - 1000, now - 20].randomElement(using: &random) ?? now
        addHash(token, event, seats, expiry, &random)
        switch Int.random(in: 0...5, using: &random) {
        case 0, 1: commands.append(["ZADD", platform.indexKey, String(expiry), token])
        case 2:
            let score = [String(expiry * 1000), "1", "\(expiry).5"].randomElement(using: &random) ?? "1"
            commands.append(["ZADD", platform.indexKey, score, token])
        default: break
        }
        if Bool.random(using: &random) {
            let ordered = Bool.random(using: &random) ? event : anyEvent(&random)
            addOrder("odd-\(number)", token, ordered == "ghost" ? "h1" : ordered, seats, &random)
        }
        if Bool.random(using: &random), event != "ghost" {
            count(event, category(of: event, &random), "pending", seats)
        }
    }

    /// A hold without an order as healthy platforms have them; one in eight has a fault.
    private mutating func addCart(_ number: Int, _ random: inout SeededRandom) {
        let (token, event) = ("cart:\(number)", Self.healthyEvents.randomElement(using: &random) ?? "h1")
        let (category, seats) = (category(of: event, &random), Int.random(in: 1...4, using: &random))
        let fault = Int.random(in: 0...39, using: &random)
        commands.append([
            "HSET", platform.holdKey(token), "token", token, "status",
            ["held", "held", "checkout_pending"].randomElement(using: &random) ?? "held",
            "expiresAtEpoch", String(now + 2000 + number),
            "metadata", #"{"eventId":"\#(event)","requesterId":"guest"}"#,
            "entries", #"[{"eventId":"\#(event)","categoryId":"\#(category)","quantity":\#(seats)}]"#,
        ])
        commands.append(["EXPIREAT", platform.holdKey(token), String(now + 9000)])
        if fault != 0 {
            commands.append(["ZADD", platform.indexKey, String(now + 2000 + number + (fault == 1 ? 1 : 0)), token])
        }
        if fault != 2 { count(event, category, "pending", fault == 3 ? seats + 1 : seats) }
        if fault == 4 { addOrder("cart-\(number)", token, event, seats, &random) }
    }

    private mutating func addHash(
        _ token: String, _ event: String, _ seats: Int, _ expiry: Int, _ random: inout SeededRandom
    ) {
        let key = platform.holdKey(token)
        if token == "expiration-index" { return }
        let kind = Int.random(in: 0...9, using: &random)
        if kind == 0 { return }
        if kind == 1 {
            commands.append(["HSET", key, "status", "checkout_committed", "orderReference", "late"])
            return
        }
        let status =
            ["held", "held", "checkout_pending", "checkout_committed", "finalized", "expired", "cancelled"]
            .randomElement(using: &random) ?? "held"
        let line = #"{"eventId":"\#(event)","categoryId":"\#(category(of: event, &random))","quantity":\#(seats)}"#
        var fields = [
            "token": token, "status": status, "expiresAtEpoch": String(expiry), "entries": "[\(line)]",
            "metadata": #"{"eventId":"\#(event)","requesterId":"guest"}"#,
        ]
        switch Int.random(in: 0...5, using: &random) {
        case 0: fields["metadata"] = #"{"eventId":"\#(anyEvent(&random))","requesterId":"guest"}"#
        case 1: fields["metadata"] = #"{"requesterId":"guest", "eventId": "\#(anyEvent(&random))"}"#
        case 2: fields["metadata"] = nil
        default: break
        }
        switch kind {
        case 2:
            fields["entries"] = ["[", "[]", "[\(line)", #"[{"eventId":"\#(event)"}]"#].randomElement(using: &random)
        case 3:
            let other = #"{"eventId":"\#(anyEvent(&random))","categoryId":"h1-a","quantity":1}"#
            fields["entries"] = "[\(line),\(other)]"
        case 4: fields[Bool.random(using: &random) ? "status" : "expiresAtEpoch"] = "soon"
        default: break
        }
        if kind == 5, Bool.random(using: &random) {
            commands.append(["SET", key, "text"])
        } else {
            commands.append(["HSET", key] + fields.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
            commands.append(["EXPIREAT", key, String(now + 9000)])
        }
    }

    private mutating func addOrder(
        _ id: String, _ token: String, _ event: String, _ seats: Int, _ random: inout SeededRandom
    ) {
        func oneOf(_ choices: String...) -> String { choices.randomElement(using: &random) ?? "" }
        let status = oneOf(
            "pending_payment", "pending_payment", "processing", "confirmed", "completed", "cancelled", "refunded",
            "expired", "failed", "unheard-of")
        let expires = oneOf("NULL", "now() + interval '1 hour'", "now() - interval '1 hour'")
        let created = oneOf("now() - interval '30 seconds'", "now() - interval '2 hours'")
        let paid = oneOf("NULL", "now() - interval '5 seconds'", "now() - interval '90 minutes'")
        let seated = oneOf(event, event, event, "h1")
        let category = category(of: seated, &random)
        sql += """
            INSERT INTO orders (id, event_id, hold_token, status, expires_at, created_at, paid_at, updated_at)
            VALUES ('\(id)', '\(event)', '\(token)', '\(status)', \(expires), \(created), \(paid), \(created));

            """
        switch Int.random(in: 0...4, using: &random) {
        case 0: break
        case 1:
            sql += """
                INSERT INTO tickets (id, order_id, event_id, category_id, status)
                VALUES ('\(id)', '\(id)', '\(event)', '\(category)', 'pending');

                """
        default: sql += "INSERT INTO order_items VALUES ('\(id)', '\(category)', \(seats));\n"
        }
    }

    // What was healthy

    private mutating func spoilHealthyHold(_ random: inout SeededRandom) {
        let event = Self.healthyEvents.randomElement(using: &random) ?? "h1"
        let number = Int.random(in: 1...Self.healthyHolds, using: &random)
        let (token, order) = ("\(event)-hold-\(number)", "\(event)-order-\(number)")
        let key = platform.holdKey(token)
        let other = anyEvent(&random)
        switch Int.random(in: 0...13, using: &random) {
        case 0: commands.append(["DEL", key])
        case 1: commands.append(["ZREM", platform.indexKey, token])
        case 2: commands.append(["ZADD", platform.indexKey, String(now * 1000), token])
        case 3: commands.append(["HSET", key, "metadata", #"{"eventId":"\#(other)","requesterId":"guest"}"#])
        case 4: commands.append(["HSET", key, "status", "expired"])
        case 5: commands.append(["HSET", key, "status", "finalized"])
        case 6: commands.append(["HDEL", key, "entries"])
        case 7:
            commands.append([
                "HSET", key, "entries", #"[{"eventId":"\#(other)","categoryId":"\#(other)-a","quantity":1}]"#,
            ])
        case 8: sql += "UPDATE orders SET status = 'cancelled' WHERE id = '\(order)';\n"
        case 9:
            sql +=
                "UPDATE orders SET status = 'confirmed', updated_at = now() - interval '1 hour' WHERE id = '\(order)';\n"
        case 10:
            if other != "ghost" { sql += "UPDATE orders SET event_id = '\(other)' WHERE id = '\(order)';\n" }
        case 11: spoilRows(of: order, &random)
        default:
            // Its token is another order's as well.
            addOrder("\(order)-again-\(commands.count)", token, other == "ghost" ? event : other, 1, &random)
        }
    }

    /// What is wrong with them does not show in Redis.
    private mutating func spoilRows(of order: String, _ random: inout SeededRandom) {
        let change =
            [
                "order_items SET quantity = 0", "order_items SET quantity = -2",
                "order_items SET category_id = 'h1-a'", "orders SET paid_at = 'infinity'",
                "orders SET updated_at = '-infinity'", "orders SET expires_at = 'infinity'",
                "orders SET hold_token = ''",
            ].randomElement(using: &random) ?? ""
        sql += "UPDATE \(change) WHERE \(change.hasPrefix("orders") ? "id" : "order_id") = '\(order)';\n"
    }

    private mutating func spoilInventory(_ random: inout SeededRandom) {
        let event = events.randomElement(using: &random) ?? "h1"
        let category = category(of: event, &random)
        let key = platform.inventoryKey(event: event, category: category)
        switch Int.random(in: 0...6, using: &random) {
        case 0: commands.append(["DEL", key])
        // With a version, which a hash that was deleted before has not, and gets from the clock of the run.
        case 1: commands.append(["HSET", key, "sold", "many", "version", "1"])
        case 2: commands += [["DEL", key], ["SET", key, "text"]]
        case 3:
            commands.append([
                "HSET", platform.inventoryKey(event: "gone", category: category), "total", "9", "available", "9",
                "version", "1",
            ])
        case 4: count(event, category, "sold", Int.random(in: -3...3, using: &random))
        default: count(event, category, "pending", Int.random(in: -3...5, using: &random))
        }
    }

    /// Those of another deployment on the same server.
    private mutating func addForeignKeys(_ random: inout SeededRandom) {
        for event in [anyEvent(&random), anyEvent(&random)] {
            commands.append(["HSET", "other:holds:\(event)-hold-1", "status", "held", "entries", "[]"])
            commands.append(["HSET", "other:inventory:\(event):\(event)-a", "total", "5", "version", "1"])
            commands.append(["ZADD", "other:holds:expiration-index", "1", "\(event)-hold-1"])
        }
    }

    private mutating func count(_ event: String, _ category: String, _ field: String, _ seats: Int) {
        let key = platform.inventoryKey(event: event, category: category)
        commands.append(["HINCRBY", key, field, String(seats)])
        commands.append(["HINCRBY", key, "available", String(-seats)])
        commands.append(["HINCRBY", key, "version", "1"])
    }

    private func anyEvent(_ random: inout SeededRandom) -> String {
        Int.random(in: 0...9, using: &random) == 0 ? "ghost" : events.randomElement(using: &random) ?? "h1"
    }

    private func category(of event: String, _ random: inout SeededRandom) -> String {
        let isFaulty = !Self.healthyEvents.contains(event) && event != "ghost"
        let names = isFaulty ? ["stalls", "circle"] : ["a", "b"]
        return "\(event)-\(names.randomElement(using: &random) ?? "a")"
    }
}

extension DamagedState: CustomStringConvertible {
    /// What it was made by, a line each.
    var description: String {
        (["without \(without.map(\.rawValue))", sql] + commands.map { $0.joined(separator: " ") })
            .joined(separator: "\n")
    }
}
