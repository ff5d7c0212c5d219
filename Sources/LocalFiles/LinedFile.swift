import SystemPackage

/// Where a line stands in a file, without its end.
package struct LinePlace: Sendable, Hashable {
    package let offset: Int64
    package let length: Int

    package init(offset: Int64, length: Int) {
        (self.offset, self.length) = (offset, length)
    }
}

/// A file of lines that may be too large for memory. It is opened once, so another file of its name changes nothing.
package final class LinedFile: Sendable {
    private static let chunk = 1 << 20

    private let file: FileDescriptor
    package let size: Int64

    /// - Throws: ``UnusableFile``.
    package init(at path: String) throws(UnusableFile) {
        do {
            // Opening a device may have effects, so its type is checked before, and again once it is open.
            try FileKind.expectRegular(try Stat(FilePath(path)))
            file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
        } catch let unusable as UnusableFile {
            throw unusable
        } catch {
            throw UnusableFile(description: "\(error)")
        }
        do {
            let state = try Stat(file)
            try FileKind.expectRegular(state)
            size = Int64(state.size)
        } catch {
            // It was opened to be read, so there is nothing to lose.
            try? file.close()
            throw error as? UnusableFile ?? UnusableFile(description: "\(error)")
        }
    }

    deinit {
        try? file.close()
    }

    /// Reads the lines from an offset on, one after the other.
    ///
    /// - Parameters:
    ///   - limit: how many bytes a line may have.
    ///   - body: is told a line without its end, where it stands, and whether it has an end.
    package func forEachLine(
        from start: Int64 = 0, atMost limit: Int,
        _ body: (_ line: [UInt8], _ place: LinePlace, _ isWhole: Bool) throws(UnusableFile) -> Void
    ) throws(UnusableFile) {
        var line: [UInt8] = []
        var (offset, next) = (start, start)
        while true {
            let bytes = try read(at: next, atMost: Self.chunk)
            if bytes.isEmpty { break }
            next += Int64(bytes.count)
            var rest = bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                try body(line, LinePlace(offset: offset, length: line.count), true)
                offset += Int64(line.count) + 1
                line.removeAll(keepingCapacity: line.capacity <= Self.chunk)
                rest = rest[(end + 1)...]
            }
            line += rest
            if line.count > limit { throw UnusableFile(description: "a line of it has more than \(limit) bytes") }
        }
        if !line.isEmpty { try body(line, LinePlace(offset: offset, length: line.count), false) }
    }

    package func line(at place: LinePlace) throws(UnusableFile) -> [UInt8] {
        try read(at: place.offset, atMost: place.length)
    }

    /// - Returns: fewer bytes only at the end of the file, as it was when it was opened.
    private func read(at offset: Int64, atMost count: Int) throws(UnusableFile) -> [UInt8] {
        do {
            var bytes = [UInt8](repeating: 0, count: Int(min(Int64(count), max(size - offset, 0))))
            var length = 0
            while length < bytes.count {
                let got = try unsafe bytes.withUnsafeMutableBytes { all in
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: all[length...])
                    return try unsafe file.read(fromAbsoluteOffset: offset + Int64(length), into: rest)
                }
                if got == 0 { break }
                length += got
            }
            bytes.removeLast(bytes.count - length)
            return bytes
        } catch {
            throw UnusableFile(description: "it cannot be read: \(error)")
        }
    }
}
