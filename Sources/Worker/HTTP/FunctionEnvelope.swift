import FoundationEssentials

/// What the Functions host sends: the trigger's data under its binding's name, and metadata. A run depends on neither, but
/// what is no such envelope did not come from the host.
struct FunctionEnvelope: Decodable {
    let data: [String: Anything]
    let metadata: [String: Anything]?

    enum CodingKeys: String, CodingKey {
        case data = "Data"
        case metadata = "Metadata"
    }

    /// Any value, which is not looked at.
    struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    /// Whether a body is one.
    static func isOne(_ body: Data) -> Bool {
        (try? JSONDecoder().decode(FunctionEnvelope.self, from: body)) != nil
    }
}
