import HoldModel

extension SpotCheck {
    /// The lines about the hold whose token the API named.
    var holdLines: [SpotLine] {
        guard let found = hold.hold else {
            return [SpotLine("hold", .differs, "API '\(token)', Redis \(absence)")]
        }
        var lines = [SpotLine("hold", equal: [("status must be", "held"), ("Redis", found.status.rawValue)])]
        // The seats in the hash of an ended hold do not count any more.
        guard found.status.isActive else { return lines }
        lines.append(
            SpotLine(
                "seats",
                equal: [("asked for", Self.words(EventID(asked.event), [asked.line])), ("Redis", Self.words(found))]))
        lines.append(
            SpotLine(
                "requester", equal: [("asked for", asked.requester), ("Redis", shown(hold.details.requester))]))
        lines.append(
            SpotLine("token", equal: [("API", token), ("Redis", hold.details.token.map { "\($0)" } ?? "none")]))
        let named = orders.map { "'\($0)'" }.joined(separator: ", ")
        lines.append(
            SpotLine(
                "order", orders.isEmpty ? .ok : .differs,
                orders.isEmpty ? "SQL none" : "SQL already has \(named): people must act"))
        return lines
    }

    /// The lines about when the hold ends: by the answer, by two fields of the hash, by the index and by the key's TTL.
    var expiryLines: [SpotLine] {
        guard let found = hold.hold, found.status.isActive else { return [] }
        let instants = SpotLine(
            "expiry",
            equal: [
                ("API", String(answer.expiresAtEpoch)), ("Redis hash", String(found.expiresAtEpoch)),
                ("index", score),
            ])
        let texts = SpotLine(
            "expiry in words",
            equal: [
                ("API", second(of: answer.expiresAt)), ("Redis hash", second(of: hold.details.expiresAt ?? "none")),
                ("as a number", Timestamp(seconds: answer.expiresAtEpoch).map { second(of: $0.iso8601) } ?? "none"),
            ])
        return [instants, texts, lengthLine, lifeLine(found)]
    }

    private var lengthLine: SpotLine {
        let earliest = before.time.adding(seconds: holdTTL - Self.tolerance)
        let latest = after.time.adding(seconds: holdTTL + Self.tolerance)
        let expiry = Timestamp(seconds: answer.expiresAtEpoch)
        let isRight = expiry.map { earliest <= $0 && $0 <= latest } ?? false
        let seconds = expiry.map { "\(($0.milliseconds &- after.time.milliseconds) / 1000) s" } ?? "no time"
        return SpotLine(
            "hold time", isRight ? .ok : .differs,
            "API \(seconds) from now, the platform's is \(holdTTL) s (HOLD_TTL_SECONDS)")
    }

    /// Compares the key's TTL with the hold's expiry. If a hash ends before its hold, its seats are lost to `pending`;
    /// if it never ends, it stays for ever.
    private func lifeLine(_ found: Hold) -> SpotLine {
        guard let life = hold.details.timeToLive else {
            return SpotLine("hash", .differs, "it does not end by itself, a hold's must")
        }
        let left = found.expiresAtEpoch - after.time.milliseconds / 1000
        let isEnough = life / 1000 >= left - Self.tolerance
        return SpotLine("hash", isEnough ? .ok : .differs, "it ends in \(life / 1000) s, the hold in \(left) s")
    }

    private var token: String {
        printable(Array(answer.holdToken.utf8))
    }

    private var score: String {
        if case .score(let text) = hold.survey.score { printable(text) } else { "no member" }
    }

    private var absence: String {
        switch hold.survey.state {
        case .zombie: "has a hash without entries"
        case .malformed(let reason): "has a malformed hash: \(reason)"
        case .foreign(let kind): "has a key that is no hold's: \(kind)"
        case .absent, .whole: "has no such hold"
        }
    }

    private func shown(_ text: String?) -> String {
        text.map { printable(Array($0.utf8)) } ?? "none"
    }

    /// Returns the text up to the second: `2026-01-31T12:00:00.000Z` and `2026-01-31T12:00:00Z` are the same instant.
    private func second(of text: String) -> String {
        let text = printable(Array(text.utf8))
        guard text.count > 19, text.hasSuffix("Z") else { return text }
        return text.prefix(19) + "Z"
    }

    private static func words(_ hold: Hold) -> String {
        words(hold.event, hold.lines)
    }

    private static func words(_ event: EventID, _ lines: [SeatLine]) -> String {
        "\(event): " + lines.map { "\($0.category) × \($0.quantity)" }.joined(separator: ", ")
    }
}
