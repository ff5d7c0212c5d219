/// Appends bytes to room that `Array.append(addingCapacity:initializingWith:)` has reserved for all of them at once.
///
/// A rebuild writes each hold in some thirty pieces. An array that checks its room and its owner for each piece takes
/// longer over that than over the bytes. The caller counts the room that it needs; to write past it is a bug, and
/// traps.
extension OutputSpan<UInt8> {
    @inlinable
    package mutating func append(_ other: Span<UInt8>) {
        unsafe other.withUnsafeBufferPointer { unsafe append($0) }
    }

    @inlinable
    package mutating func append(_ other: [UInt8]) {
        append(other.span)
    }

    @inlinable
    package mutating func append(_ text: StaticString) {
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inlinable
    mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
        precondition(source.count <= freeCapacity)
        unsafe withUnsafeMutableBufferPointer { room, count in
            guard let from = source.baseAddress, let to = room.baseAddress else { return }
            unsafe (to + count).update(from: from, count: source.count)
            count += source.count
        }
    }

    /// Appends a number, in at most 20 bytes.
    @inlinable
    package mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: number.magnitude)
    }

    @inlinable
    package mutating func append(decimal number: UInt64) {
        append(decimal: number, digits: decimalDigitCount(of: number))
    }

    /// Appends the last `digits` digits of a number, with zeros where it has fewer.
    @inlinable
    package mutating func append(decimal number: UInt64, digits: Int) {
        precondition(digits <= freeCapacity)
        unsafe withUnsafeMutableBufferPointer { room, count in
            var rest = number
            for at in (count..<count + digits).reversed() {
                unsafe room[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            count += digits
        }
    }
}

/// Returns how many digits a number has.
@inlinable
package func decimalDigitCount(of number: UInt64) -> Int {
    var (count, rest) = (1, number)
    while rest >= 10 { (count, rest) = (count + 1, rest / 10) }
    return count
}
