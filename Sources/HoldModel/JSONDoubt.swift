/// What makes a JSON text one that the platform's reader takes otherwise than the library's, or not at all. The library's
/// takes more than JSON: commas behind a last value, other encodings than UTF-8.
enum JSONDoubt: String {
    /// The platform's reader takes the last value, others the first. A name that is spelt with an escape counts as one that is
    /// there already: nobody writes it so.
    case repeatedName = "it names a value twice, or with an escape"
    case lastComma = "it has a comma behind a last value"
    case encoding = "it is not JSON in UTF-8"
    case loneSurrogate = "it has half of a surrogate pair"

    /// - Returns: the first doubt; `nil` where there is none, as of a text that is no JSON at all: the library tells.
    init?(_ json: [UInt8]) {
        var walk = JSONWalk(json)
        guard let doubt = walk.doubt() else { return nil }
        self = doubt
    }
}

/// Goes over a JSON text byte by byte; what is a value, and where it may stand, is not its business.
private struct JSONWalk {
    private let json: [UInt8]
    private var place = 0
    /// The names of each object that is open; `nil` for an array.
    private var open: [Set<ArraySlice<UInt8>>?] = []
    private var isBehindComma = false

    init(_ json: [UInt8]) {
        self.json = json
    }

    mutating func doubt() -> JSONDoubt? {
        while place < json.count {
            let byte = json[place]
            place += 1
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "{"): open.append([])
            case UInt8(ascii: "["): open.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if isBehindComma { return .lastComma }
                _ = open.popLast()
            case UInt8(ascii: "\""): if let doubt = string() { return doubt }
            // Outside of strings JSON is ASCII without controls; a byte order mark or a zero byte is of another encoding.
            case ..<0x20, 0x7F...: return .encoding
            default: break
            }
            isBehindComma = byte == UInt8(ascii: ",")
        }
        return nil
    }

    /// Goes behind the string whose opening quote has been passed.
    private mutating func string() -> JSONDoubt? {
        let start = place
        var isEscaped = false
        while place < json.count, json[place] != UInt8(ascii: "\"") {
            if json[place] == UInt8(ascii: "\\") {
                isEscaped = true
                if isLoneSurrogate() { return .loneSurrogate }
                place += 1
            }
            place += 1
        }
        let end = min(place, json.count)
        place = end + 1
        guard let last = open.indices.last, open[last] != nil, isName() else { return nil }
        let isNew = open[last]?.insert(json[start..<end]).inserted ?? true
        return isEscaped || !isNew ? .repeatedName : nil
    }

    /// Whether a colon comes next.
    private func isName() -> Bool {
        json.dropFirst(place).first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: ":")
    }

    /// Whether the escape here is half of a surrogate pair without the other; goes to the second half of a whole one.
    private mutating func isLoneSurrogate() -> Bool {
        guard let first = unit(at: place), (0xD800...0xDFFF).contains(first) else { return false }
        guard first < 0xDC00, let second = unit(at: place + 6), (0xDC00...0xDFFF).contains(second) else { return true }
        place += 6
        return false
    }

    /// The code unit that an escape of `\u` and four digits stands for.
    private func unit(at place: Int) -> UInt16? {
        guard place + 6 <= json.count, json[place] == UInt8(ascii: "\\"), json[place + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt16(String(decoding: json[(place + 2)..<(place + 6)], as: UTF8.self), radix: 16)
    }
}
