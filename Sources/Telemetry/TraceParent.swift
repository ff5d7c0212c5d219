/// A valid `traceparent` by W3C Trace Context: `version-traceid-parentid-flags`.
struct TraceParent {
    /// The length of version 00, and the least of any later version.
    private static let length = 55

    let traceID: String
    let spanID: String
    let isSampled: Bool

    /// Reads the text; `nil` where it is invalid. Then the receiver begins a trace of its own.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else {
            return nil
        }
        let fields = [bytes[0..<2], bytes[3..<35], bytes[36..<52], bytes[53..<55]]
        guard fields.allSatisfy({ $0.allSatisfy(Self.isDigit) }) else { return nil }
        let version = String(decoding: fields[0], as: UTF8.self)
        // A later version may have more after another dash.
        switch (version, bytes.count) {
        case ("ff", _): return nil
        case (_, Self.length): break
        case ("00", _): return nil
        default: if bytes[Self.length] != UInt8(ascii: "-") { return nil }
        }
        let isNone = { (field: ArraySlice<UInt8>) in field.allSatisfy { $0 == UInt8(ascii: "0") } }
        guard !isNone(fields[1]), !isNone(fields[2]) else { return nil }
        traceID = String(decoding: fields[1], as: UTF8.self)
        spanID = String(decoding: fields[2], as: UTF8.self)
        guard let flags = UInt8(String(decoding: fields[3], as: UTF8.self), radix: 16) else { return nil }
        isSampled = flags & 1 == 1
    }

    /// Whether a byte is a hexadecimal digit; upper case is not allowed.
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
