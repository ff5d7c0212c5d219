/// Whether an object of a JSON text names a thing twice. Readers differ there: the platform's takes the last value, others the
/// first, so nobody knows which one counts.
///
/// A name that is spelt with an escape counts as one that is there already: nobody writes it so.
///
/// - Parameter json: of what is no JSON the answer means nothing; a decoder tells.
func hasRepeatedName(_ json: [UInt8]) -> Bool {
    /// The names of each object that is open; `nil` for an array.
    var open: [Set<ArraySlice<UInt8>>?] = []
    var place = json.startIndex
    while place < json.endIndex {
        switch json[place] {
        case UInt8(ascii: "{"): open.append([])
        case UInt8(ascii: "["): open.append(nil)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
        case UInt8(ascii: "\""):
            let (text, isEscaped) = string(json[(place + 1)...])
            place = text.endIndex
            let isName = json[place...].dropFirst().first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: ":")
            if isName, let last = open.indices.last {
                if isEscaped || open[last]?.insert(text).inserted == false { return true }
            }
        default: break
        }
        place += 1
    }
    return false
}

/// A JSON string up to its closing quote.
private func string(_ rest: ArraySlice<UInt8>) -> (text: ArraySlice<UInt8>, isEscaped: Bool) {
    var place = rest.startIndex
    var isEscaped = false
    while place < rest.endIndex, rest[place] != UInt8(ascii: "\"") {
        if rest[place] == UInt8(ascii: "\\") {
            isEscaped = true
            place += 1
        }
        place += 1
    }
    return (rest[..<min(place, rest.endIndex)], isEscaped)
}
