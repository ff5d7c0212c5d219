package import HoldModel

/// A cart, and at which version of its inventories it was seen: of each line, in their order.
package struct SeenCart: Sendable {
    package let cart: Cart
    package let versions: [Int64]
}

extension HoldStore {
    /// Reads holds as carts with plain commands, and then the versions of the inventories that they are of.
    ///
    /// Key by key, not at one instant: where an inventory has the version that it had when its counts were read, neither they
    /// nor its carts have changed in between.
    ///
    /// - Returns: for each token its hold; `nil` where that is no cart, or cannot be told here.
    package func carts(of tokens: [HoldToken]) async throws -> [SeenCart?] {
        if tokens.isEmpty { return [] }
        let now = try await time()
        var packing = GlancePacking(keys: keys)
        for token in tokens { packing.addHold(token.bytes.span) }
        var replies = TapeReading(try await connection.replies(to: packing.sequences))
        let carts = tokens.map { _ in Self.nextCart(&replies, now) }
        let versions = try await versions(ofInventoriesIn: carts)
        return carts.map { cart in
            guard let cart else { return nil }
            let seen = cart.lines.compactMap { versions[InventoryPlace(cart.event, $0.category)] }
            return seen.count == cart.lines.count ? SeenCart(cart: cart, versions: seen) : nil
        }
    }

    private static func nextCart(_ replies: inout TapeReading, _ now: Timestamp) -> Cart? {
        let place = replies.place
        var cart: Cart?
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

    private struct InventoryPlace: Hashable {
        let event: EventID
        let category: CategoryID

        init(_ event: EventID, _ category: CategoryID) {
            (self.event, self.category) = (event, category)
        }
    }

    /// The versions of inventory hashes; one that has none is left out.
    private func versions(ofInventoriesIn carts: [Cart?]) async throws -> [InventoryPlace: Int64] {
        var places: Set<InventoryPlace> = []
        for cart in carts {
            guard let cart else { continue }
            for line in cart.lines { places.insert(InventoryPlace(cart.event, line.category)) }
        }
        let asked = Array(places)
        var packing = GlancePacking(keys: keys)
        for place in asked { packing.addVersion(place.event.bytes.span, place.category.bytes.span) }
        var replies = TapeReading(try await connection.replies(to: packing.sequences))
        var versions: [InventoryPlace: Int64] = [:]
        for place in asked {
            guard case .array(let fields) = replies.next(), let text = fields.first?.bytes else { continue }
            if let version = decimalInteger(text) { versions[place] = version }
        }
        return versions
    }
}
