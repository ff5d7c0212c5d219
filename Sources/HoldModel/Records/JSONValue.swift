/// A value of a JSON text, as far as the platform's scripts use one of a hold: as part of a key's name, or as seats.
package enum JSONValue: Sendable, Hashable {
    case text([UInt8])
    /// As it is spelt.
    case number([UInt8])
    /// `true`, `false`, `null`, an array or an object: no part of a name, and no seats.
    case other

    /// The first whole number that Lua prints otherwise than JavaScript, with an exponent.
    private static let firstPrintedTwoWays: Int64 = 100_000_000_000_000

    /// What the scripts make of the value in a key's name; `nil` where they make nothing of it, or Lua makes another text of
    /// a number than JavaScript.
    package var name: [UInt8]? {
        switch self {
        case .text(let text): text
        case .number:
            whole.flatMap { $0.magnitude < Self.firstPrintedTwoWays.magnitude ? Array(String($0).utf8) : nil }
        case .other: nil
        }
    }

    /// The same, and the digits of a longer number as they stand: for what must find every event that may be meant.
    package var possibleName: [UInt8]? {
        if let name { return name }
        guard case .number(let spelling) = self, decimalInteger(spelling) != nil else { return nil }
        return spelling
    }

    /// Seats, where `HINCRBY` takes what the scripts make of the value; a number that is none of them is `nil`.
    package var seats: Int64? {
        switch self {
        case .text(let text): decimalInteger(text)
        case .number: whole
        case .other: nil
        }
    }

    /// A number that is whole; zero below nothing is none.
    private var whole: Int64? {
        guard case .number(let spelling) = self else { return nil }
        if let integer = decimalInteger(spelling) { return integer }
        guard let number = Double(String(decoding: spelling, as: UTF8.self)), number != 0 || number.sign == .plus,
            number.magnitude <= Double(greatestSeatCount)
        else { return nil }
        return Int64(exactly: number)
    }
}
