import CLibPQ
import HoldModel

/// Remembers which letters the server's encoding has; each is asked for once. Redis' keys may have any letter, and an
/// id that SQL cannot hold as text is not in SQL.
///
/// PostgreSQL refuses a statement for one letter that its encoding lacks, and says which only in words. Only the server
/// knows its own encoding; but UTF-8 has all letters, and every encoding those of ASCII.
struct ServerLetters {
    private var known: Set<Unicode.Scalar> = []
    private var missing: Set<Unicode.Scalar> = []

    /// Returns the letters of a text that were not asked for yet.
    func unknown(in text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !$0.isASCII && !known.contains($0) && !missing.contains($0) }
    }

    func has(all text: String) -> Bool {
        missing.isEmpty || missing.isDisjoint(with: text.unicodeScalars)
    }

    mutating func take(_ letters: [Unicode.Scalar], areThere: Bool) {
        if areThere { known.formUnion(letters) } else { missing.formUnion(letters) }
    }
}

extension ConnectionHandle {
    /// Returns the indices of the texts that the server can hold.
    func places(ofHoldable texts: [[UInt8]]) throws -> [Int] {
        let encoding = serverEncoding
        // A server without an encoding accepts bytes as they are.
        if encoding == "SQL_ASCII" { return texts.indices.filter { !texts[$0].contains(0) } }
        let strings = texts.map { $0.contains(0) ? nil : String(validating: $0, as: UTF8.self) }
        if encoding == "UTF8" { return strings.indices.filter { strings[$0] != nil } }
        try learn(Array(Set(strings.lazy.compactMap(\.self).flatMap { self.letters.unknown(in: $0) })))
        return strings.indices.filter { strings[$0].map { self.letters.has(all: $0) } ?? false }
    }

    /// Returns the texts that the server can hold.
    func holdable(_ texts: [[UInt8]]) throws -> [[UInt8]] {
        try places(ofHoldable: texts).map { texts[$0] }
    }

    /// Finds letters that the server lacks, by halving the list: nearly always there is none.
    private func learn(_ unknown: [Unicode.Scalar]) throws {
        if unknown.isEmpty { return }
        if try isHoldable(unknown) { return letters.take(unknown, areThere: true) }
        if unknown.count == 1 { return letters.take(unknown, areThere: false) }
        let half = unknown.count / 2
        try learn(Array(unknown[..<half]))
        try learn(Array(unknown[half...]))
    }

    /// Asks whether the server has all these letters, such that a refusal does not end the present transaction.
    private func isHoldable(_ unknown: [Unicode.Scalar]) throws -> Bool {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: unknown)
        let isWithin = isInTransaction
        if isWithin { try execute("SAVEPOINT letters") }
        do {
            _ = try run(.letters, [.text(Array(String(text).utf8))])
            if isWithin { try execute("RELEASE SAVEPOINT letters") }
            return true
        } catch let error as PostgresError where ["22P05", "22021"].contains(error.sqlState) {
            if isWithin { try execute("ROLLBACK TO SAVEPOINT letters") }
            return false
        }
    }
}
