package import HoldModel

extension HoldStore {
    /// Reads holds as carts with plain commands, key by key, not at one instant. Afterwards ``versions(of:)`` says
    /// whether their inventories have stood still meanwhile.
    ///
    /// - Returns: the hold of each token; `nil` where it is no cart, or that cannot be decided here.
    package func carts(of tokens: [HoldToken], now: Timestamp) async throws -> [Cart?] {
        if tokens.isEmpty { return [] }
        var packing = GlancePacking(keys: keys)
        for token in tokens { packing.addHold(token.bytes.span) }
        var replies = TapeReading(try await connection.replies(to: packing.sequences))
        return tokens.map { _ in
            var cart: Cart?
            let place = replies.place
            _ = replies.all(1, areTexts: GlancePacking.holdFields) { tape, at, _ in
                let bytes = tape.bytes.span
                cart = Cart(
                    status: bytes.extracting(tape.parts[at].range),
                    expiresAtEpoch: bytes.extracting(tape.parts[at + 1].range),
                    entries: Array(tape.bytes[tape.parts[at + 2].range]), now: now)
                return true
            }
            replies.go(to: place)
            replies.skip(1)
            return cart
        }
    }

    /// Reads the versions of some inventories of events, and returns one digest for each event. An inventory without a
    /// version adds nothing to it.
    package func versions(of inventories: [(event: EventID, categories: [CategoryID])]) async throws -> [SeatDigest] {
        var packing = GlancePacking(keys: keys)
        for (event, categories) in inventories {
            for category in categories { packing.addVersion(event.bytes.span, category.bytes.span) }
        }
        var replies = TapeReading(try await connection.replies(to: packing.sequences))
        return inventories.map { _, categories in
            var versions = SeatDigest()
            for category in categories {
                guard case .array(let fields) = replies.next(), let text = fields.first?.bytes,
                    let version = decimalInteger(text)
                else { continue }
                versions.add(version, of: category.bytes.span)
            }
            return versions
        }
    }
}
