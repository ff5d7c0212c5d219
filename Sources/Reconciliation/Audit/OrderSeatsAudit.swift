import HoldModel
import PostgresSource
import RedisStore

/// Compares the items of open orders with the entries of their active holds. A hold counts by its own entries (design section 3),
/// so no seat moves by what is found here; but the finalizer sells what the order says.
struct OrderSeatsAudit: Sendable {
    /// Holds that are read together.
    private static let together = 2000
    /// Orders that are looked at again together.
    private static let ordersTogether = 500

    let source: PostgresSource
    let store: HoldStore
    let watch: ServerWatch
    let settings: RunSettings
    /// Whether tickets can be read; without them orders without items are left out.
    let withTickets: Bool
    let progress: ProgressSink

    func run(_ tally: inout RunTally) async throws {
        var pages = try await PageWalk(
            source, events: settings.events, pageSize: settings.pageSize, shard: settings.shard)
        var suspicions: [OrderSuspicion] = []
        var done = 0
        try await source.withPageReader { reader in
            while let ids = try await pages.next() {
                if settings.stop.cause != nil { return }
                var page = try await reader.page(of: ids, limit: pages.pageSize, age: settings.snapshotAge)
                let count = page.table.events.count
                pages.advance(by: count)
                if withTickets {
                    page = try await source.completing(page, tokens: Array(repeating: [], count: count))
                }
                for event in page.table.events.indices {
                    suspicions += try await differing(among: page.snapshot(at: event).orders)
                    if suspicions.count >= AuditLooks.most { try await settle(&suspicions, &tally) }
                }
                done += count
                progress(RunProgress(phase: .orderSeats, done: done, total: nil))
            }
        }
        try await settle(&suspicions, &tally)
    }

    /// The orders among these that do not say what their holds say.
    private func differing(among orders: [Order]) async throws -> [OrderSuspicion] {
        let open = orders.filter(\.isComparable)
        var found: [OrderSuspicion] = []
        for start in stride(from: 0, to: open.count, by: Self.together) {
            let slice = open[start..<min(start + Self.together, open.count)]
            try await watch.admit()
            let now = try await store.time()
            let request = SurveyRequest(
                event: slice[start].event, categories: [], tokens: Array(Set(slice.map(\.token))))
            let holds = try await store.survey([request]).flatMap(\.holds)
            let byToken = Dictionary(holds.map { ($0.token, $0.settled(at: now)) }) { first, _ in first }
            for order in slice {
                guard let hold = byToken[order.token]?.activeHold(at: now), hold.event == order.event else { continue }
                let differences = SeatDifference.between(order: order.lines, hold: hold.lines)
                if differences.isEmpty { continue }
                found.append(OrderSuspicion(order: order, hold: hold, differences: differences))
            }
        }
        return found
    }

    private func settle(_ suspicions: inout [OrderSuspicion], _ tally: inout RunTally) async throws {
        try await AuditLooks(settings: settings).settle(&suspicions, &tally) { open in
            var shown: [OrderSuspicion] = []
            for start in stride(from: 0, to: open.count, by: Self.ordersTogether) {
                if settings.stop.cause != nil { break }
                let slice = open[start..<min(start + Self.ordersTogether, open.count)]
                let orders = try await source.orders(of: Array(Set(slice.map(\.order.token))))
                let wanted = Set(slice.map(\.place))
                shown += try await differing(among: orders.filter { wanted.contains($0.id) })
            }
            return shown
        }
    }
}

/// An order that says other seats than its hold.
private struct OrderSuspicion: AuditSuspicion {
    let order: Order
    let hold: Hold
    let differences: [SeatDifference]

    var place: OrderID { order.id }
    var event: EventID { order.event }
    var finding: Finding {
        Finding(
            differences, of: order, hash: .hold(status: hold.status.rawValue, expiresAtEpoch: hold.expiresAtEpoch))
    }

    func isSame(as earlier: OrderSuspicion) -> Bool {
        differences == earlier.differences
    }
}

extension Order {
    /// Whether it is open, and says what seats it asks for.
    fileprivate var isComparable: Bool {
        guard status == .pendingPayment || status == .processing, fault == nil else { return false }
        return !lines.isEmpty && !token.bytes.isEmpty
    }
}

extension HoldSurvey {
    /// Its hold, where that keeps its seats. One that is `held` and over is about to be released.
    fileprivate func activeHold(at now: Timestamp) -> Hold? {
        guard case .whole(let hold) = state, hold.status.isActive else { return nil }
        return hold.status == .held && hold.isExpired(at: now) ? nil : hold
    }
}
