extension Hasher {
    /// Hashes bytes in one call. One by one they cost ten times as much, and ids are hashed for every row.
    package mutating func combine(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe combine(bytes: $0) }
    }
}
