import Foundation
import HoldModel
import PlatformAPI

/// A hold of two seats that all three tell the same of, for a test to change one thing in.
struct Sample: Sendable {
    static let asked = SeatRequest(event: "gala", category: "stalls", quantity: 2, requester: "verify-1")
    static let now = Timestamp(milliseconds: 2_000_000_000_000)

    let before = Counts(total: 100, sold: 10, pending: 5, available: 85)
    var after = Counts(total: 100, sold: 10, pending: 7, available: 83)
    /// Of the hash after the hold; it was 7 before.
    var version: Int64 = 8
    var sqlTotal: Int64 = 100
    var sqlSold: Int64 = 10
    var sqlSoldAfter: Int64?

    var category = "stalls"
    var available: Int64 = 83
    var pending: Int64 = 7
    var total: Int64 = 100
    var reserved: Int64 = 2
    var expiry: Int64 = 2_000_000_600
    var expiresAt = "2033-05-18T03:43:20.000Z"

    var state: HoldState?
    var status = HoldStatus.held
    var lines = [asked.line]
    var hashExpiry: Int64 = 2_000_000_600
    var hashExpiresAt: String? = "2033-05-18T03:43:20Z"
    var score = IndexScore.score(Array("2000000600".utf8))
    var ownToken = "token-1"
    var requester = #"{"eventId":"gala","requesterId":"verify-1"}"#
    var timeToLive: Int64? = 600_000
    var orders: [OrderID] = []
    var holdTTL: Int64 = 600

    var check: SpotCheck {
        get throws {
            SpotCheck(
                asked: Self.asked, answer: try answer, before: sight(before, version: 7, sold: sqlSold),
                after: sight(after, version: version, sold: sqlSoldAfter ?? sqlSold), hold: hold, orders: orders,
                holdTTL: holdTTL)
        }
    }
}

extension Sample {
    /// The subjects of what differs.
    var differences: [String] {
        get throws { try check.lines.filter { $0.result == .differs }.map(\.subject) }
    }

    private var answer: HoldAnswer {
        get throws {
            let body = """
                {"success": true, "data": {"holdToken": "token-1", "expiresAt": "\(expiresAt)",
                "expiresAtEpoch": \(expiry), "categories": [{"categoryId": "\(category)", "available": \(available),
                "pending": \(pending), "total": \(total), "status": "available", "reservedQuantity": \(reserved)}]}}
                """
            return try HoldAnswer(body: Data(body.utf8))
        }
    }

    private func sight(_ counts: Counts, version: Int64, sold: Int64) -> CategorySight {
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        let fields = InventoryFields(
            total: text(counts.total), sold: text(counts.sold), pending: text(counts.pending),
            available: text(counts.available), version: text(version))
        return CategorySight(
            row: CategoryRow(id: CategoryID("stalls"), total: sqlTotal, sold: sold), inventory: .hash(fields),
            time: Self.now)
    }

    private var hold: HoldSight {
        let whole = Hold(status: status, expiresAtEpoch: hashExpiry, event: EventID("gala"), lines: lines)
        return HoldSight(
            survey: HoldSurvey(
                token: HoldToken("token-1"), state: state ?? .whole(whole), fence: .absent, score: score),
            details: HoldDetails(
                token: HoldToken(ownToken), metadata: Array(requester.utf8), expiresAt: hashExpiresAt,
                timeToLive: timeToLive))
    }
}
