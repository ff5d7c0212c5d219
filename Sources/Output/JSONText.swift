import HoldModel

/// Returns a text in JSON's quotation marks. Nothing is lost, and nothing in it steers a terminal, ends a line or
/// reverses its direction.
func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        case "\n": quoted += "\\n"
        case "\r": quoted += "\\r"
        case "\t": quoted += "\\t"
        case " "..."~": quoted.unicodeScalars.append(scalar)
        case _ where isUnprintable(scalar): for unit in String(scalar).utf16 { quoted += escape(unit) }
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}

private func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
}

/// Returns the text that is written between quotation marks in JSON. Broken escapes stay as they are.
func unquoted(_ bytes: ArraySlice<UInt8>) -> String {
    var units: [UInt16] = []
    var plain: [UInt8] = []
    func flush() {
        units += Array(String(decoding: plain, as: UTF8.self).utf16)
        plain = []
    }
    var left = bytes
    while let byte = left.popFirst() {
        guard byte == UInt8(ascii: #"\"#), let name = left.popFirst() else {
            plain.append(byte)
            continue
        }
        switch name {
        case UInt8(ascii: "n"): plain.append(0x0A)
        case UInt8(ascii: "r"): plain.append(0x0D)
        case UInt8(ascii: "t"): plain.append(0x09)
        case UInt8(ascii: "b"): plain.append(0x08)
        case UInt8(ascii: "f"): plain.append(0x0C)
        case UInt8(ascii: "u"):
            guard let unit = UInt16(String(decoding: left.prefix(4), as: UTF8.self), radix: 16) else { continue }
            left = left.dropFirst(4)
            flush()
            units.append(unit)
        default: plain.append(name)
        }
    }
    flush()
    return String(decoding: units, as: UTF16.self)
}
