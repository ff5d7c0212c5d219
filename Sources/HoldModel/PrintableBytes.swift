/// Bytes as text that a terminal or a log line can carry: UTF-8 stays, control characters and bytes that are not
/// UTF-8 become `\n`, `\t` or `\xNN`, and a backslash is doubled so that the text can be read back without doubt.
package func printable(_ bytes: [UInt8]) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
        return bytes.map { $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C ? String(UnicodeScalar($0)) : escaped($0) }.joined()
    }
    guard text.unicodeScalars.contains(where: mustBeEscaped) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
        if mustBeEscaped(scalar) {
            for byte in String(scalar).utf8 { safe += escaped(byte) }
        } else {
            safe.unicodeScalars.append(scalar)
        }
    }
    return safe
}

private func mustBeEscaped(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    // Format characters can reverse a line's direction and so show an id that is not there.
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar.value != 0x200D
    default: scalar == "\\"
    }
}

private func escaped(_ byte: UInt8) -> String {
    switch byte {
    case 0x0A: return "\\n"
    case 0x09: return "\\t"
    case 0x0D: return "\\r"
    case 0x5C: return "\\\\"
    default:
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
