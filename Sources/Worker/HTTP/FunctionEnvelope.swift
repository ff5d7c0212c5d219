import FoundationEssentials

/// The body that the Functions host sends: the trigger's data under the name of its binding, and metadata. A run
/// depends on neither, but a body without them did not come from the host.
struct FunctionEnvelope: Decodable {
    let data: [String: Anything]
    let metadata: [String: Anything]?

    enum CodingKeys: String, CodingKey {
        case data = "Data"
        case metadata = "Metadata"
    }

    /// Any value; it is not read.
    struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    /// Whether a body is such an envelope.
    static func isOne(_ body: Data) -> Bool {
        (try? JSONDecoder().decode(FunctionEnvelope.self, from: body)) != nil
    }
}
