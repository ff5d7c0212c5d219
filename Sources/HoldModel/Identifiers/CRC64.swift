/// The checksum of a `DUMP` payload, of a plan and of a journal: CRC-64 by Jones' polynomial, reflected, starting at zero.
///
/// It shows damage, and an edit by hand. It is no proof against somebody who makes a file on purpose.
package enum CRC64 {
    private static let polynomial: UInt64 = 0x95ac_9329_ac4b_c9b5

    /// Eight tables of 256, so that eight bytes are processed at a time: table `n` is for a byte that `n` others
    /// follow.
    private static let tables: [UInt64] = {
        var tables = (0..<256).map { byte in
            (0..<8).reduce(UInt64(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        for n in 1..<8 {
            for byte in 0..<256 {
                let before = tables[(n - 1) * 256 + byte]
                tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
            }
        }
        return tables
    }()

    /// - Parameter crc: the checksum of what comes before these bytes.
    package static func checksum(of bytes: Span<UInt8>, after crc: UInt64 = 0) -> UInt64 {
        unsafe tables.withUnsafeBufferPointer { tables in
            unsafe bytes.withUnsafeBytes { bytes in unsafe checksum(bytes, tables, after: crc) }
        }
    }

    private static func checksum(
        _ bytes: UnsafeRawBufferPointer, _ tables: UnsafeBufferPointer<UInt64>, after start: UInt64
    ) -> UInt64 {
        var crc = start
        var at = 0
        while at + 8 <= bytes.count {
            crc ^= UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            // Each index is a byte and a table's offset, so none is out of bounds.
            let high = unsafe tables[7 * 256 + Int(crc & 0xFF)] ^ tables[6 * 256 + Int(crc >> 8 & 0xFF)]
            let next = unsafe tables[5 * 256 + Int(crc >> 16 & 0xFF)] ^ tables[4 * 256 + Int(crc >> 24 & 0xFF)]
            let low = unsafe tables[3 * 256 + Int(crc >> 32 & 0xFF)] ^ tables[2 * 256 + Int(crc >> 40 & 0xFF)]
            crc = unsafe high ^ next ^ low ^ tables[256 + Int(crc >> 48 & 0xFF)] ^ tables[Int(crc >> 56)]
            at += 8
        }
        while at < bytes.count {
            crc = unsafe tables[Int((crc ^ UInt64(bytes[at])) & 0xFF)] ^ crc >> 8
            at += 1
        }
        return crc
    }
}
