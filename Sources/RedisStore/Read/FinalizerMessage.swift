import HoldModel

/// The order and hold that a message to the finalizer names (contract section 2), read as the platform reads JSON.
struct FinalizerMessage {
    let order: OrderID?
    let token: HoldToken?

    private static let payload = Array("payload".utf8)
    private static let orderID = Array("orderId".utf8)
    private static let holdToken = Array("holdToken".utf8)

    /// - Returns: `nil` where the text names neither order nor hold in a readable way: then it may be any order's.
    init?(_ text: [UInt8]) {
        var order: JSONValue?
        var token: JSONValue?
        do throws(JSONScanner.Unreadable) {
            var scanner = JSONScanner(text)
            try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                guard name == Self.payload else {
                    _ = try scanner.value()
                    return
                }
                // Where a name comes twice the last value counts.
                (order, token) = (nil, nil)
                try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                    let value = try scanner.value()
                    if name == Self.orderID { order = value }
                    if name == Self.holdToken { token = value }
                }
            }
            try scanner.end()
        } catch {
            return nil
        }
        self.order = order?.possibleName.map { OrderID($0) }
        self.token = token?.possibleName.map { HoldToken($0) }
        if self.order == nil && self.token == nil { return nil }
    }
}
