import Output

/// A table with aligned columns, never wider than the terminal, whatever the data. A cell that is too long is shortened
/// in its middle, where ids differ least. The note of a row follows it, on a line of its own where there is no room.
struct TextTable {
    /// The least width to which a cell is shortened.
    private static let least = 10
    /// The most lines that a note gets. A note ends with what people should do, or with a statement for psql.
    private static let noteLines = 7

    private let header: [String]
    private let numeric: Set<Int>
    /// The width of the terminal.
    private let width: Int
    private var rows: [(cells: [String], note: String?)] = []

    init(_ header: [String], numeric: Set<Int> = [], width: Int) {
        self.header = header
        self.numeric = numeric
        self.width = width
    }

    /// - Parameters:
    ///   - cells: one for each column of the header; where the last is missing, the note takes its place.
    ///   - note: a text that may be long.
    mutating func add(_ cells: [String], note: String? = nil) {
        rows.append((cells.map { cell($0).shortened(to: width) }, note.map { cell($0) }))
    }

    /// Whether no cell is shortened.
    var fits: Bool {
        total(natural) <= width
    }

    var lines: [String] {
        let widths = fitted(natural)
        return [line(header, widths)]
            + rows.flatMap { cells, note in
                let start = line(cells, widths)
                guard let note else { return [start] }
                // After the last cell, or in the last column.
                let padding =
                    cells.count == header.count
                    ? " " : String(repeating: " ", count: total(widths.prefix(cells.count)) + 2)
                let inline = start + (cells.count == header.count ? " " : String(padding.dropFirst(start.count))) + note
                if inline.unicodeScalars.count <= width { return [inline] }
                let lines = note.wrapped(to: max(width - 4, Self.least), atMost: Self.noteLines)
                return [start] + lines.map { "    \($0)" }
            }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = cells.indices.map { column in
            let cell = cells[column].shortened(to: widths[column])
            let padding = String(repeating: " ", count: max(widths[column] - cell.count, 0))
            return numeric.contains(column) ? padding + cell : cell + padding
        }
        return padded.joined(separator: "  ").trimmingTrailingSpaces
    }

    private var natural: [Int] {
        header.indices.map { column in
            rows.reduce(header[column].count) { max($0, column < $1.cells.count ? $1.cells[column].count : 0) }
        }
    }

    private func total(_ widths: some Collection<Int>) -> Int {
        widths.reduce(0, +) + 2 * max(widths.count - 1, 0)
    }

    /// Returns widths that fit, taken from the widest columns first. Columns that must not be cut keep theirs as long
    /// as possible.
    private func fitted(_ widths: [Int]) -> [Int] {
        var widths = widths
        while total(widths) > width {
            let candidates = widths.indices.filter { !numeric.contains($0) && widths[$0] > Self.least }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}

extension String {
    /// Returns the text, without its middle where it has more than `limit` characters. Marks above or below a character
    /// count as characters, since there is no end to them.
    func shortened(to limit: Int) -> String {
        // A text of so few bytes cannot have more characters.
        if utf8.count <= limit { return self }
        let scalars = unicodeScalars
        guard scalars.count > limit else { return self }
        let tail = (limit - 1) / 2
        return String(scalars.prefix(limit - 1 - tail)) + "…" + String(scalars.suffix(tail))
    }

    /// Returns the text, without its end where it is longer.
    func cut(to limit: Int) -> String {
        if utf8.count <= limit { return self }
        return unicodeScalars.count > limit ? String(unicodeScalars.prefix(limit - 1)) + "…" : self
    }

    /// Returns the text in lines of at most `limit` characters, broken at spaces where there are any. What does not fit
    /// is left out.
    func wrapped(to limit: Int, atMost count: Int) -> [String] {
        var lines: [String] = []
        var rest = unicodeScalars.prefix(limit * count + 1)[...]
        while !rest.isEmpty, lines.count < count {
            if rest.count <= limit || lines.count == count - 1 {
                lines.append(String(String.UnicodeScalarView(rest)).cut(to: limit))
                break
            }
            let space = rest.prefix(limit + 1).lastIndex(of: " ")
            let end = space ?? rest.index(rest.startIndex, offsetBy: limit)
            lines.append(String(String.UnicodeScalarView(rest[..<end])))
            rest = rest[end...].drop { $0 == " " }
        }
        return lines
    }

    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
