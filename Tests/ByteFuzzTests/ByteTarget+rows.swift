@testable import PostgresSource

extension ByteTarget {
    /// The bytes are messages of a stream, each behind its length.
    static func readRows(_ bytes: [UInt8]) throws(Wrong) {
        var source = ByteSource(bytes)
        var layout = CopyLayout()
        while !source.left.isEmpty {
            let message = Array(source.take(Int(source.byte())))
            let isRow = unsafe message.withUnsafeBytes { bytes in try? unsafe layout.read(bytes) }
            guard let isRow else { return }
            if !isRow, !layout.fields.isEmpty { throw Wrong("the last message has values") }
            for field in layout.fields where field.length >= 0 && field.start + field.length > message.count {
                throw Wrong("a value lies behind its message")
            }
        }
    }
}
