import Foundation

/// The forms of a secret in which its bytes are encoded: as Redis repeats an argument, and, from eight bytes on, in
/// base64 and in hexadecimal digits. Shorter ones would be found in many words that are no secret.
enum SecretEncodings {
    private static let lengths = 8...4096

    static func all(of text: String) -> Set<String> {
        let bytes = Array(text.utf8)
        var forms: Set = [asRedisRepeats(bytes)]
        // Nobody repeats a longer secret in such a form, and its forms would take several times its length.
        guard lengths.contains(bytes.count) else { return forms }
        let digits = bytes.map(hexadecimal)
        forms.formUnion([digits.joined(), digits.joined().uppercased()])
        forms.formUnion([digits.map { #"\x"# + $0 }.joined(), digits.map { #"\x"# + $0.uppercased() }.joined()])
        for form in inBase64(bytes) {
            forms.formUnion([form, form.replacing("+", with: "-").replacing("/", with: "_")])
        }
        return forms
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// Returns the secret in base64, with and without padding, also where other bytes come before it, as a user's name
    /// before a password. Then only the letters count that do not depend on those bytes.
    private static func inBase64(_ bytes: [UInt8]) -> [String] {
        let padded = Data(bytes).base64EncodedString()
        return [padded, String(padded.prefix { $0 != "=" })]
            + (0...2).map { before in
                let letters = Data(repeatElement(0, count: before) + bytes).base64EncodedString()
                let whole = letters.prefix((before + bytes.count) * 8 / 6)
                return String(whole.dropFirst((before * 8 + 5) / 6))
            }
    }

    /// Returns the secret as Redis repeats an argument: each byte that is not printable ASCII by its name or number.
    private static func asRedisRepeats(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): "\\" + String(UnicodeScalar(byte))
            case 0x07: "\\a"
            case 0x08: "\\b"
            case 0x09: "\\t"
            case 0x0A: "\\n"
            case 0x0D: "\\r"
            case 0x20...0x7E: String(UnicodeScalar(byte))
            default: #"\x"# + hexadecimal(byte)
            }
        }.joined()
    }
}
