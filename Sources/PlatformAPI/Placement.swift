/// What became of the request for a hold. The texts are the server's own, short and safe to show.
package enum Placement: Sendable {
    /// 201, and an answer that can be read.
    case placed(HoldAnswer)
    /// 409: the platform says that there are not as many seats.
    case outOfStock(String)
    /// Any other complete answer, and what it said: nothing should have been placed.
    case refused(status: Int, String)
    /// 201, and an answer that cannot be read: a hold was placed, and its token is not known.
    case unreadable(String)
    /// No complete answer. Where the request may have reached the API, a hold may be placed even later.
    case unanswered(String, wasSent: Bool)

    /// Whether Redis may have a hold that the answer did not name.
    package var mayHavePlaced: Bool {
        switch self {
        case .placed: false
        case .outOfStock, .refused, .unreadable: true
        case .unanswered(_, let wasSent): wasSent
        }
    }

    /// Whether the API may still be at work on the request.
    package var isOpen: Bool {
        if case .unanswered(_, wasSent: true) = self { true } else { false }
    }
}
