import HoldModel
import RedisStore

/// The way of a run through both servers, chosen once, before its first look (design section 8).
package struct RunRoute: Sendable, Hashable {
    package enum FirstPass: String, Sendable {
        /// Events in SQL's order, beside a walk of the index; then the holds that no open order names.
        case ordersFirst = "orders-first"
        /// All holds of Redis first, each read for its event; then events in SQL's order.
        case holdsFirst = "holds-first"
        /// Redis is empty: events are written from their rows.
        case refill
    }

    package enum IndexWalk: String, Sendable {
        case byScores = "by-scores"
        case byScan = "by-scan"
        /// There is no index.
        case none
    }

    package internal(set) var firstPass: FirstPass
    package let indexWalk: IndexWalk
    package let walksKeyspace: Bool

    /// - Parameters:
    ///   - hasIndex: whether Redis has an index that can be walked.
    ///   - mayWrite: whether the run may write. Such a run moves scores itself, so it walks the index by `ZSCAN`.
    init(_ settings: RunSettings, hasIndex: Bool, mayWrite: Bool) {
        firstPass = settings.policy.holds == .purge || settings.asksForEvents ? .holdsFirst : .ordersFirst
        indexWalk = !hasIndex ? .none : firstPass == .holdsFirst || mayWrite ? .byScan : .byScores
        walksKeyspace = settings.deep
    }

    /// Makes the route over all holds of Redis, for commands that do not go by events.
    init(holdsBeside hasIndex: Bool, walksKeyspace: Bool) {
        (firstPass, indexWalk) = (.holdsFirst, hasIndex ? .byScan : .none)
        self.walksKeyspace = walksKeyspace
    }

    /// Where a walk of the index begins; `nil` where there is none.
    var indexStart: IndexPlace? {
        switch indexWalk {
        case .byScores: .order(.start)
        case .byScan: .start
        case .none: nil
        }
    }

    /// Why the first pass is this one.
    package var reason: String {
        switch firstPass {
        case .ordersFirst: "most holds have an order, and carts are read once"
        case .holdsFirst: "holds are closed whether they have an order or not"
        case .refill: "Redis has neither holds nor inventories"
        }
    }
}
