import ConnectionStrings

/// Makes a JSON document safe before it leaves the program. Its texts lose secrets, characters that steer a terminal
/// are escaped, and a text that is longer than the limit loses its middle. Names, numbers and layout stay.
struct JSONPrinter {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: #"\"#)

    let secrets: Secrets
    /// How many bytes one text may have.
    let limit: Int

    func printed(_ json: [UInt8]) -> String {
        var printed: [UInt8] = []
        printed.reserveCapacity(json.count)
        var copied = 0
        var place = 0
        while let start = json[place...].firstIndex(of: Self.quote) {
            let (end, isPlain) = end(ofTextIn: json, from: start + 1)
            place = min(end + 1, json.count)
            if isName(json, place) || isPlain && end - start <= limit && !secrets.stand(in: json, start + 1..<end) {
                continue
            }
            printed += json[copied..<start]
            printed += Array(quoted(text(json[(start + 1)..<end])).utf8)
            copied = place
        }
        return String(decoding: copied == 0 ? json : printed + json[copied...], as: UTF8.self)
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        secrets.removed(from: unquoted(bytes)).bounded(to: limit)
    }

    /// Returns where the closing quotation mark is, and whether the text before it is plain ASCII.
    private func end(ofTextIn json: [UInt8], from start: Int) -> (place: Int, isPlain: Bool) {
        var place = start
        var isPlain = true
        while place < json.count, json[place] != Self.quote {
            if json[place] == Self.backslash {
                isPlain = false
                place += 1
            } else if json[place] >= 0x7F {
                isPlain = false
            }
            place += 1
        }
        return (min(place, json.count), isPlain)
    }

    /// Whether the text that ends here is the name of a value.
    private func isName(_ json: [UInt8], _ end: Int) -> Bool {
        json[end...].first { $0 != 0x20 && $0 != 0x0A } == UInt8(ascii: ":")
    }
}
