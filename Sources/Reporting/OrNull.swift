/// A value that JSON shows as `null` where there is none; a plain optional would leave its name out.
struct OrNull<Value: Encodable>: Encodable {
    private let value: Value?

    init(_ value: Value?) {
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
