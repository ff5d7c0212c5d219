/// `metadata` of a hold hash: a JSON object, which may have more names than are read here (contract section 2).
package struct HoldMetadata: Sendable, Hashable {
    /// The field as Redis keeps it.
    package let json: [UInt8]
    package let event: EventID?
    /// Who asked for the hold.
    package let requester: [UInt8]?

    private static let names = ["eventId", "requesterId"].map { Array($0.utf8) }

    /// - Returns: `nil` where the field is no object that the platform's scripts can read.
    package init?(json: [UInt8]) {
        var values: [JSONValue?] = [nil, nil]
        do throws(JSONScanner.Unreadable) {
            var scanner = JSONScanner(json)
            try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                let value = try scanner.value()
                if let place = Self.names.firstIndex(of: name) { values[place] = value }
            }
            try scanner.end()
        } catch {
            return nil
        }
        self.json = json
        event = values[0]?.possibleName.map { EventID($0) }
        requester = values[1]?.name
    }

    /// Returns the field for a hold of this event: unchanged where it names the event, else written anew for its
    /// requester; `nil` where it names none.
    func written(for event: EventID) -> [UInt8]? {
        guard let requester else { return nil }
        return self.event == event ? json : Self.json(event: event.bytes.span, requester: requester.span)
    }

    /// Returns the field as the platform writes it.
    static func json(event: Span<UInt8>, requester: Span<UInt8>) -> [UInt8] {
        var json = Array(#"{"eventId":"#.utf8)
        appendJSON(event, to: &json)
        json.append(contentsOf: #","requesterId":"#.utf8)
        appendJSON(requester, to: &json)
        json.append(UInt8(ascii: "}"))
        return json
    }
}
