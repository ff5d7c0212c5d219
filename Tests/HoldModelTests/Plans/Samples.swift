import HoldModel

/// The clock of these tests: 2026-05-01T12:00:00Z.
let noon = Timestamp(milliseconds: 1_777_636_800_000)

let gala = EventID("gala")
let stalls = CategoryID("stalls")
let circle = CategoryID("circle")

func seats(_ stallsSeats: Int64, _ circleSeats: Int64 = 0) -> [SeatLine] {
    [(stalls, stallsSeats), (circle, circleSeats)].filter { $0.1 != 0 }
        .map { SeatLine(category: $0.0, quantity: $0.1) }
}

extension Order {
    /// An order of `gala`; instants in seconds from noon.
    static func sample(
        _ token: String, _ status: OrderStatus?, expires: Int64? = nil, created: Int64? = -30, paid: Int64? = nil,
        updated: Int64? = nil, _ lines: [SeatLine] = seats(2), event: EventID = gala, fault: String? = nil
    ) -> Order {
        func instant(_ seconds: Int64?) -> Timestamp? { seconds.map { noon.adding(seconds: $0) } }
        return Order(
            id: OrderID("order-" + token), token: HoldToken(token), event: event, status: status,
            expiresAt: instant(expires), createdAt: instant(created), paidAt: instant(paid),
            updatedAt: instant(updated), lines: lines, fault: fault)
    }
}

extension HoldSurvey {
    static let epoch = noon.milliseconds / 1000

    /// A whole hash of `gala` with its index member; expiry in seconds from noon.
    static func sample(
        _ token: String, _ status: HoldStatus, expires: Int64 = 300, _ lines: [SeatLine] = seats(2),
        score: IndexScore? = nil, event: EventID = gala
    ) -> HoldSurvey {
        let expiry = epoch + expires
        let hold =
            status.isActive
            ? Hold(status: status, expiresAtEpoch: expiry, event: event, lines: lines)
            : Hold(status: status, expiresAtEpoch: 0, event: EventID(""), lines: [])
        let text = Array(String(expiry).utf8)
        return HoldSurvey(
            token: HoldToken(token), state: .whole(hold),
            fence: .hash(status: Array(status.rawValue.utf8), expiresAtEpoch: text),
            score: score ?? (status.isActive ? .score(text) : .noMember))
    }

    static func absent(_ token: String, score: IndexScore = .noMember) -> HoldSurvey {
        HoldSurvey(token: HoldToken(token), state: .absent, fence: .absent, score: score)
    }

    static func zombie(_ token: String, score: IndexScore = .noMember) -> HoldSurvey {
        HoldSurvey(
            token: HoldToken(token), state: .zombie,
            fence: .hash(status: Array("checkout_committed".utf8), expiresAtEpoch: nil), score: score)
    }

    static func malformed(_ token: String, score: IndexScore = .noMember) -> HoldSurvey {
        HoldSurvey(
            token: HoldToken(token), state: .malformed("entries is an empty array"),
            fence: .hash(status: Array("held".utf8), expiresAtEpoch: nil), score: score)
    }
}

extension InventoryState {
    static func counts(_ total: Int64, _ sold: Int64, _ pending: Int64, _ available: Int64, version: Int64 = 7) -> Self
    {
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        return .hash(
            InventoryFields(
                total: text(total), sold: text(sold), pending: text(pending), available: text(available),
                version: text(version)))
    }
}

/// One event of two categories, `stalls` of 100 with 10 sold and `circle` of 50 with 5 sold, as both servers show it.
struct Sample {
    var orders: [Order] = []
    var holds: [HoldSurvey] = []
    var stallsInventory = InventoryState.counts(100, 10, 0, 90)
    var circleInventory = InventoryState.counts(50, 5, 0, 45)
    var policy = Policy()
    var categories = [
        CategoryRow(id: stalls, total: 100, sold: 10), CategoryRow(id: circle, total: 50, sold: 5),
    ]

    var plan: EventPlan {
        EventPlan(
            snapshot: EventSnapshot(event: gala, categories: categories, orders: orders),
            survey: EventSurvey(inventory: [stallsInventory, circleInventory], holds: holds), policy: policy, now: noon)
    }
}

extension EventPlan {
    /// Causes with their seats, in order of name, of findings that a repair acts on.
    var moved: [String] {
        findings.filter { $0.outcome == .found }.map { "\($0.cause.rawValue) \($0.seats)" }.sorted()
    }

    func counts(of category: CategoryID) -> Counts? {
        counts.first { $0.category == category }?.counts
    }
}
