#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Compares bytes in place. There are many rows and replies, and a copy of each costs more than the comparison.
extension Span<UInt8> {
    package func isEqual(to other: Span<UInt8>) -> Bool {
        count == other.count && has(other, at: 0)
    }

    /// Whether `other` stands at offset `start`.
    package func has(_ other: Span<UInt8>, at start: Int) -> Bool {
        guard start >= 0, count - start >= other.count else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe other.withUnsafeBufferPointer { other in
                guard let place = bytes.baseAddress, let expected = other.baseAddress else { return other.isEmpty }
                return unsafe memcmp(place + start, expected, other.count) == 0
            }
        }
    }

    /// Whether it comes before `other` in byte order.
    func precedes(_ other: Span<UInt8>) -> Bool {
        let common = Swift.min(count, other.count)
        let difference = unsafe withUnsafeBufferPointer { bytes in
            unsafe other.withUnsafeBufferPointer { other in
                guard let one = bytes.baseAddress, let two = other.baseAddress else { return Int32(0) }
                return unsafe memcmp(one, two, common)
            }
        }
        return difference == 0 ? count < other.count : difference < 0
    }

    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        var at = start
        while at < count {
            if self[at] == byte { return at }
            at += 1
        }
        return nil
    }

    /// Whether JSON writes the text as it is: printable ASCII without a quotation mark or a backslash.
    package var isPlainJSON: Bool {
        for at in 0..<count {
            let byte = self[at]
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        }
        return true
    }
}
