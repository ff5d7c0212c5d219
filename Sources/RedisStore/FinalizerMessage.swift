import FoundationEssentials
import HoldModel

/// What a message to the finalizer says of its checkout (contract section 2).
struct FinalizerMessage {
    let order: OrderID?
    let token: HoldToken?

    /// - Returns: `nil` where the text is none that a finalizer could work on: it names neither order nor hold.
    init?(_ text: [UInt8]) {
        let payload: Payload
        do {
            payload = try JSONDecoder().decode(Envelope.self, from: Data(text)).payload
        } catch {
            return nil
        }
        order = payload.orderId.map { OrderID($0.text) }
        token = payload.holdToken.map { HoldToken($0.text) }
        if order == nil && token == nil { return nil }
    }

    private struct Envelope: Decodable {
        let payload: Payload
    }

    private struct Payload: Decodable {
        let orderId: LooseText?
        let holdToken: LooseText?
    }

    /// A text, or a number that stands for one: ids are integers on some platforms.
    private struct LooseText: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int64.self) {
                text = String(number)
            } else {
                text = try value.decode(String.self)
            }
        }
    }
}
