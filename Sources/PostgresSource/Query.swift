/// The program's SQL, one case for each file in `Queries`; the name is what errors call it.
enum Query: String, CaseIterable, Sendable {
    case session
    case snapshotClock = "snapshot-clock"
    case eventIDs = "event-ids"
    case eventCount = "event-count"
    case existingEvents = "existing-events"
    case categories
    case openOrders = "open-orders"
    case openOrdersBrief = "open-orders-brief"
    case briefCheck = "brief-check"
    case ordersByToken = "orders-by-token"
    case orderTickets = "order-tickets"
    case categoryReadings = "category-readings"
    case openOrdersNamed = "open-orders-named"
    case evidenceColumns = "evidence-columns"
    case failedCheckouts = "failed-checkouts"
    case paidCheckouts = "paid-checkouts"
    case waitingCheckouts = "waiting-checkouts"
    case schemaCheck = "schema-check"
    case serverFacts = "server-facts"

    var sql: [UInt8] {
        switch self {
        case .session: PackageResources.session_sql
        case .snapshotClock: PackageResources.snapshot_clock_sql
        case .eventIDs: PackageResources.event_ids_sql
        case .eventCount: PackageResources.event_count_sql
        case .existingEvents: PackageResources.existing_events_sql
        case .categories: PackageResources.categories_sql
        case .openOrders: PackageResources.open_orders_sql
        case .openOrdersBrief: PackageResources.open_orders_brief_sql
        case .briefCheck: PackageResources.brief_check_sql
        case .ordersByToken: PackageResources.orders_by_token_sql
        case .orderTickets: PackageResources.order_tickets_sql
        case .categoryReadings: PackageResources.category_readings_sql
        case .openOrdersNamed: PackageResources.open_orders_named_sql
        case .evidenceColumns: PackageResources.evidence_columns_sql
        case .failedCheckouts: PackageResources.failed_checkouts_sql
        case .paidCheckouts: PackageResources.paid_checkouts_sql
        case .waitingCheckouts: PackageResources.waiting_checkouts_sql
        case .schemaCheck: PackageResources.schema_check_sql
        case .serverFacts: PackageResources.server_facts_sql
        }
    }

    /// The statement without its opening comment, its one parameter put in.
    ///
    /// - Parameter literal: the parameter as SQL; it may have line breaks, which would end a comment.
    func statement(_ literal: [UInt8]) -> [UInt8] {
        let lines = sql.split(separator: UInt8(ascii: "\n")).filter { !$0.starts(with: "--".utf8) }
        var statement: [UInt8] = []
        var rest = Array(lines.joined(separator: [UInt8(ascii: "\n")]))[...]
        while let place = rest.firstRange(of: "$1".utf8) {
            statement += rest[..<place.lowerBound] + literal
            rest = rest[place.upperBound...]
        }
        return statement + rest
    }
}
