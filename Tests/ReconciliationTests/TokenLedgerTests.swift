import HoldModel
import TestRandom
import Testing

@testable import Reconciliation

@Suite struct TokenLedgerTests {
    /// A dictionary says what it must know, through as many changes as make it grow many times.
    @Test func knowsWhatADictionaryKnows() throws {
        var random = SeededRandom(named: "ledgers")
        var ledger = TokenLedger()
        var known: [String: (TokenLedger.Standing, MemberScore)] = [:]
        let standings: [TokenLedger.Standing] = [.placed, .awaited, .met]
        for _ in 0..<60_000 {
            let token = "token-\(Int.random(in: 0..<20_000, using: &random))"
            let digest = TokenDigest(HoldToken(token))
            let standing = standings[Int.random(in: 0..<3, using: &random)]
            let place = ledger.place(of: digest)
            #expect((place == nil) == (known[token] == nil), "seed \(random.seed)")
            switch (place, Int.random(in: 0..<4, using: &random)) {
            case (nil, _):
                let score = MemberScore(seconds: Int64.random(in: 0..<9, using: &random))
                ledger.add(digest, standing, score)
                known[token] = (standing, score)
            case (let place?, 0):
                ledger.remove(at: place)
                known[token] = nil
            case (let place?, _):
                ledger.set(standing, at: place)
                known[token]?.0 = standing
            }
        }
        try expect(ledger, toKnow: known, seed: random.seed)
        ledger.removeAll(.met)
        try expect(ledger, toKnow: known.filter { $0.value.0 != .met }, seed: random.seed)
    }

    private func expect(
        _ ledger: TokenLedger, toKnow known: [String: (TokenLedger.Standing, MemberScore)], seed: UInt64
    ) throws {
        for number in 0..<20_000 {
            let token = "token-\(number)"
            let place = ledger.place(of: TokenDigest(HoldToken(token)))
            #expect(place.flatMap { ledger.standing(at: $0) } == known[token]?.0, "seed \(seed)")
            #expect(place.map { ledger.score(at: $0) } == known[token]?.1, "seed \(seed)")
        }
        #expect(ledger.placed == known.values.count { $0.0 == .placed })
        #expect(ledger.awaited == known.values.count { $0.0 == .awaited })
        #expect(ledger.met == known.values.count { $0.0 == .met })
    }
}
