import Testing

@testable import HoldModel

@Suite struct OrderLookupTests {
    private static func order(_ id: String, _ token: String) -> Order {
        Order(
            id: OrderID(id), token: HoldToken(token), event: EventID("e"), status: .processing, expiresAt: nil,
            createdAt: nil, lines: [])
    }

    private static let orders = [order("1", "a"), order("2", ""), order("3", "b"), order("4", "a"), order("5", "c")]

    @Test(arguments: [
        ["a", "b", "c", "x"], ["c", "b", "a"], ["a", "a", "c", "x", "b"], ["x", "a"], ["", "a", "b"],
    ])
    func inWhateverSequenceTokensAreAskedForTheFirstOrderOfEachIsFound(_ tokens: [String]) {
        var lookup = OrderLookup(Self.orders)
        let found = tokens.map { lookup.order(of: HoldToken($0))?.id }
        let first = ["a": "1", "": "2", "b": "3", "c": "5"]
        #expect(found == tokens.map { first[$0].map { OrderID($0) } })
    }
}
