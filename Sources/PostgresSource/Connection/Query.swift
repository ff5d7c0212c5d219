/// The program's queries, one case for each file in `Queries`; errors show its name.
enum Query: String, CaseIterable, Sendable {
    case transaction
    case instant
    case walPosition = "wal-position"
    case visible
    case inHotStandby = "in-hot-standby"
    case inRecovery = "in-recovery"
    case serverStart = "server-start"
    case replayed
    case received
    case replayedUntil = "replayed-until"
    case replayPaused = "replay-paused"
    case primaryPosition = "primary-position"
    case rowSecurity = "row-security"
    case eventIDs = "event-ids"
    case eventCount = "event-count"
    case existingEvents = "existing-events"
    case categories
    case openOrders = "open-orders"
    case openOrdersBrief = "open-orders-brief"
    case briefCheck = "brief-check"
    case ordersByToken = "orders-by-token"
    case tokensWithOrders = "tokens-with-orders"
    case orderTickets = "order-tickets"
    case categoryReadings = "category-readings"
    case openOrdersNamed = "open-orders-named"
    case evidenceColumns = "evidence-columns"
    case ordersByID = "orders-by-id"
    case checkoutAnswers = "checkout-answers"
    case paidCheckouts = "paid-checkouts"
    case waitingCheckouts = "waiting-checkouts"
    case tableFacts = "table-facts"
    case repeatedEvents = "repeated-events"
    case repeatedOrders = "repeated-orders"
    case letters
    case categoryEvents = "category-events"
    case misplacedItems = "misplaced-items"
    case soldFigures = "sold-figures"
    case soldItems = "sold-items"
    case soldElsewhere = "sold-elsewhere"
    case soldItemsElsewhere = "sold-items-elsewhere"
    case soldShown = "sold-shown"
    case soldItemsShown = "sold-items-shown"
    case priceColumns = "price-columns"
    case categoryPrices = "category-prices"
    case unitPrices = "unit-prices"
    case schemaCheck = "schema-check"
    case serverFacts = "server-facts"
    case databaseIdentity = "database-identity"
    case systemIdentifier = "system-identifier"

    var sql: [UInt8] {
        switch self {
        case .transaction: PackageResources.transaction_sql
        case .instant: PackageResources.instant_sql
        case .walPosition: PackageResources.wal_position_sql
        case .visible: PackageResources.visible_sql
        case .inHotStandby: PackageResources.in_hot_standby_sql
        case .inRecovery: PackageResources.in_recovery_sql
        case .serverStart: PackageResources.server_start_sql
        case .replayed: PackageResources.replayed_sql
        case .received: PackageResources.received_sql
        case .replayedUntil: PackageResources.replayed_until_sql
        case .replayPaused: PackageResources.replay_paused_sql
        case .primaryPosition: PackageResources.primary_position_sql
        case .rowSecurity: PackageResources.row_security_sql
        case .eventIDs: PackageResources.event_ids_sql
        case .eventCount: PackageResources.event_count_sql
        case .existingEvents: PackageResources.existing_events_sql
        case .categories: PackageResources.categories_sql
        case .openOrders: PackageResources.open_orders_sql
        case .openOrdersBrief: PackageResources.open_orders_brief_sql
        case .briefCheck: PackageResources.brief_check_sql
        case .ordersByToken: PackageResources.orders_by_token_sql
        case .tokensWithOrders: PackageResources.tokens_with_orders_sql
        case .orderTickets: PackageResources.order_tickets_sql
        case .categoryReadings: PackageResources.category_readings_sql
        case .openOrdersNamed: PackageResources.open_orders_named_sql
        case .evidenceColumns: PackageResources.evidence_columns_sql
        case .ordersByID: PackageResources.orders_by_id_sql
        case .checkoutAnswers: PackageResources.checkout_answers_sql
        case .paidCheckouts: PackageResources.paid_checkouts_sql
        case .waitingCheckouts: PackageResources.waiting_checkouts_sql
        case .tableFacts: PackageResources.table_facts_sql
        case .repeatedEvents: PackageResources.repeated_events_sql
        case .repeatedOrders: PackageResources.repeated_orders_sql
        case .letters: PackageResources.letters_sql
        case .categoryEvents: PackageResources.category_events_sql
        case .misplacedItems: PackageResources.misplaced_items_sql
        case .soldFigures: PackageResources.sold_figures_sql
        case .soldItems: PackageResources.sold_items_sql
        case .soldElsewhere: PackageResources.sold_elsewhere_sql
        case .soldItemsElsewhere: PackageResources.sold_items_elsewhere_sql
        case .soldShown: PackageResources.sold_shown_sql
        case .soldItemsShown: PackageResources.sold_items_shown_sql
        case .priceColumns: PackageResources.price_columns_sql
        case .categoryPrices: PackageResources.category_prices_sql
        case .unitPrices: PackageResources.unit_prices_sql
        case .schemaCheck: PackageResources.schema_check_sql
        case .serverFacts: PackageResources.server_facts_sql
        case .databaseIdentity: PackageResources.database_identity_sql
        case .systemIdentifier: PackageResources.system_identifier_sql
        }
    }

    /// The statement without its opening comment.
    var body: [UInt8] { Self.bodies[self] ?? sql }

    private static let bodies = Dictionary(
        allCases.map { query in
            let lines = query.sql.split(separator: UInt8(ascii: "\n")).filter { !$0.starts(with: "--".utf8) }
            return (query, Array(lines.joined(separator: [UInt8(ascii: "\n")])))
        }, uniquingKeysWith: { first, _ in first })

    /// Whether it casts columns that may be of other types than the contract's own, and is not read as a stream.
    var castsColumns: Bool {
        switch self {
        case .openOrdersNamed, .waitingCheckouts, .soldFigures, .soldItems, .soldElsewhere, .soldItemsElsewhere: true
        default: false
        }
    }

    /// Returns the statement with its parameters inserted.
    ///
    /// - Parameters:
    ///   - literals: the parameters as SQL, in their order. They may have line breaks, which would end a comment, and text that
    ///     looks like a parameter.
    ///   - facts: the facts by which casts are guarded; `nil` where the statement casts no column.
    func statement(_ literals: [[UInt8]], _ facts: TableFacts? = nil) -> [UInt8] {
        statement(facts?.guarding(body) ?? body, literals)
    }

    /// - Parameter text: this statement, as it may be spelt.
    func statement(_ text: [UInt8], _ literals: [[UInt8]]) -> [UInt8] {
        var statement: [UInt8] = []
        var rest = text[...]
        while let place = rest.firstIndex(of: UInt8(ascii: "$")), place + 1 < rest.endIndex {
            let number = Int(rest[place + 1]) - Int(UInt8(ascii: "0"))
            // The `$` ends a pattern.
            if !(1...9).contains(number) {
                statement += rest[...place]
                rest = rest[(place + 1)...]
                continue
            }
            precondition(literals.indices.contains(number - 1), "\(rawValue) has a parameter that is not given")
            statement += rest[..<place] + literals[number - 1]
            rest = rest[(place + 2)...]
        }
        return statement + rest
    }
}
