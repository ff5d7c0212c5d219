/// A value of a JSON text, as far as the platform's scripts use the values of a hold: as part of a key's name, or as
/// seats.
package enum JSONValue: Sendable, Hashable {
    case text([UInt8])
    /// A number as it is written.
    case number([UInt8])
    /// `true`, `false`, `null`, an array or an object: no part of a name, and no seats.
    case other

    /// The first whole number that Lua prints with an exponent, unlike JavaScript.
    private static let firstPrintedTwoWays: Int64 = 100_000_000_000_000

    /// The text that the scripts put into a key's name; `nil` where they cannot use the value, or where Lua and
    /// JavaScript print a number differently.
    package var name: [UInt8]? {
        switch self {
        case .text(let text): text
        case .number:
            whole.flatMap { $0.magnitude < Self.firstPrintedTwoWays.magnitude ? Array(String($0).utf8) : nil }
        case .other: nil
        }
    }

    /// ``name``, or for a longer number its digits as written: for callers that must find every event that may be
    /// meant.
    package var possibleName: [UInt8]? {
        if let name { return name }
        guard case .number(let spelling) = self, decimalInteger(spelling) != nil else { return nil }
        return spelling
    }

    /// The number of seats, where `HINCRBY` accepts what the scripts make of the value; else `nil`.
    package var seats: Int64? {
        switch self {
        case .text(let text): decimalInteger(text)
        case .number: whole
        case .other: nil
        }
    }

    /// The value as a whole number; `nil` for others, and for `-0`.
    private var whole: Int64? {
        guard case .number(let spelling) = self else { return nil }
        if let integer = decimalInteger(spelling) { return integer }
        guard let number = Double(String(decoding: spelling, as: UTF8.self)), number != 0 || number.sign == .plus,
            number.magnitude <= Double(greatestSeatCount)
        else { return nil }
        return Int64(exactly: number)
    }
}
