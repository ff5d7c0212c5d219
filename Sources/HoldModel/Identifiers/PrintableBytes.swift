/// Returns foreign bytes as a text that may stand in a sentence. UTF-8 stays; control characters and bytes that are not
/// UTF-8 become `\n`, `\t` or `\xNN`; a backslash is doubled, so that the text can be read back without doubt. A long
/// text loses its middle, where ids differ least.
///
/// - Parameter limit: how many bytes are shown at the most.
package func printable(_ bytes: [UInt8], atMost limit: Int = 500) -> String {
    guard bytes.count > limit else { return escaped(bytes) }
    let head = bytes[..<scalarStart(in: bytes, at: limit / 2)]
    let tail = bytes[scalarStart(in: bytes, at: bytes.count - limit / 2)...]
    return escaped(Array(head)) + "…" + escaped(Array(tail))
}

/// Returns a sentence without characters that steer a terminal or end a line, escaped as by ``printable(_:atMost:)``.
/// Backslashes stay single: the sentence may have them from an escape already.
package func escapingUnprintable(_ text: String) -> String {
    // Nearly all sentences are plain.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
    return escaped(text, isUnprintable)
}

/// Whether a character steers a terminal, ends a line, or can reverse a line's direction and so show an id that is not
/// there.
package func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar.value != 0x200D
    default: false
    }
}

private func escaped(_ bytes: [UInt8]) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
        return bytes.map { $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C ? String(UnicodeScalar($0)) : escaped($0) }.joined()
    }
    let mustBeEscaped = { (scalar: Unicode.Scalar) in scalar == "\\" || isUnprintable(scalar) }
    return text.unicodeScalars.contains(where: mustBeEscaped) ? escaped(text, mustBeEscaped) : text
}

private func escaped(_ text: String, _ mustBeEscaped: (Unicode.Scalar) -> Bool) -> String {
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

/// Returns the first offset, from `place` on, where UTF-8 may be cut.
private func scalarStart(in bytes: [UInt8], at place: Int) -> Int {
    let further = bytes[place...].prefix(3).prefix { (0x80..<0xC0).contains($0) }
    return place + further.count
}
