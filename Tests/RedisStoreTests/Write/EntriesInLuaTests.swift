import HoldModel
import RedisStore
import TestRandom
import Testing

/// What the program takes for the seats of a hold is what a script of the platform's moves: each text is read by both.
@Suite struct EntriesInLuaTests {
    /// For each text, what a release would move: event, category and seats of each entry; `-` where it fails.
    private static let script = """
        local read = {}
        for i, text in ipairs(ARGV) do
          redis.call('DEL', KEYS[1])
          local ok, moved = pcall(function()
            local parts = {}
            for n, entry in ipairs(cjson.decode(text)) do
              redis.call('HINCRBY', KEYS[1], 'pending' .. n, -entry.quantity)
              local seats = redis.call('HINCRBY', KEYS[1], 'available' .. n, entry.quantity)
              parts[n] = entry.eventId .. '|' .. entry.categoryId .. '|' .. seats
            end
            return table.concat(parts, ';')
          end)
          read[i] = ok and moved or '-'
        end
        return read
        """

    private func readByLua(_ texts: [[UInt8]], _ redis: RedisFixture) async throws -> [[UInt8]] {
        let words = ["EVAL", Self.script, "1", "scratch"].map { Array($0.utf8) } + texts
        return try await redis.send(words).array?.map { $0.bytes ?? [] } ?? []
    }

    private func read(_ text: [UInt8]) -> [UInt8]? {
        guard let entries = try? HoldEntries(json: text) else { return nil }
        return Array(
            entries.lines.map { line in
                entries.event.bytes + Array("|".utf8) + line.category.bytes + Array("|\(line.quantity)".utf8)
            }.joined(separator: Array(";".utf8)))
    }

    @Test func whatEntriesSayIsWhatAScriptMoves() async throws {
        var random = SeededRandom(named: "entries in Lua")
        try await RedisFixture.with { redis in
            for _ in 0..<20 {
                let texts = (0..<200).map { _ in Array(Self.entries(&random).utf8) }
                for (text, moved) in zip(texts, try await readByLua(texts, redis)) {
                    #expect(read(text) == moved, "\(String(decoding: text, as: UTF8.self)) seed \(random.seed)")
                }
                // Where bytes are wrong the program may refuse what a script takes, and never the other way round.
                let broken = texts.map { Self.damaged($0, &random) }
                for (text, moved) in zip(broken, try await readByLua(broken, redis)) {
                    if let own = read(text) {
                        #expect(own == moved, "\(String(decoding: text, as: UTF8.self)) seed \(random.seed)")
                    }
                }
            }
        }
    }

    private static func entries(_ random: inout SeededRandom) -> String {
        let event = ["gala", "12", "a:b", "é🎫", "q\"\\"].randomElement(using: &random) ?? ""
        let entries = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            var members = [
                (name("eventId", &random), id(event, &random)),
                (name("categoryId", &random), id(["stalls", "34", "7"].randomElement(using: &random) ?? "", &random)),
                (name("quantity", &random), quantity(&random)),
            ]
            if Bool.random(using: &random) { members.append(("\"note\"", value(2, &random))) }
            members.shuffle(using: &random)
            // A name that comes again.
            if Bool.random(using: &random) { members.insert(("\"quantity\"", value(1, &random)), at: 0) }
            return "{" + members.map { $0 + space(&random) + ":" + space(&random) + $1 }.joined(separator: ",") + "}"
        }
        return space(&random) + "[" + entries.joined(separator: space(&random) + ",") + "]" + space(&random)
    }

    private static func space(_ random: inout SeededRandom) -> String {
        ["", "", " ", "\n\t", "\r"].randomElement(using: &random) ?? ""
    }

    private static func name(_ name: String, _ random: inout SeededRandom) -> String {
        text(name, &random)
    }

    /// A number prints as the text that it is read as.
    private static func id(_ id: String, _ random: inout SeededRandom) -> String {
        guard let number = Int(id), Bool.random(using: &random) else { return text(id, &random) }
        return ["\(number)", "\(number).0", "\(number)00e-2"].randomElement(using: &random) ?? ""
    }

    private static func quantity(_ random: inout SeededRandom) -> String {
        let seats = Int.random(in: 1...99, using: &random)
        return ["\(seats)", "\"\(seats)\"", "\(seats).000", "\(seats)e0"].randomElement(using: &random) ?? ""
    }

    private static func text(_ text: String, _ random: inout SeededRandom) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                let mustBeEscaped = scalar == "\"" || scalar == "\\"
                guard mustBeEscaped || Int.random(in: 0..<8, using: &random) == 0 else { return String(scalar) }
                return String(scalar).utf16.map { unit in
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }.joined()
            }.joined() + "\""
    }

    private static func value(_ depth: Int, _ random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: "-1.5E+3"
        case 1: "null"
        case 2: "true"
        case 3: #""\n\/\b\f\t\r \u0000 ☂""#
        case 4: ["[]", "{}"].randomElement(using: &random) ?? ""
        case 5: "[\(value(depth - 1, &random)),\(value(depth - 1, &random))]"
        default: #"{"eventId":\#(value(depth - 1, &random)),"a":\#(value(depth - 1, &random))}"#
        }
    }

    private static func damaged(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<text.count, using: &random)
            let byte = Array("{}[],:\"\\0123456789.-+eEtrue \n\0\u{FF}x".utf8).randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where text.count > 1: text.remove(at: place)
            case 1: text[place] = byte
            default: text.insert(byte, at: place)
            }
        }
        return text
    }
}
