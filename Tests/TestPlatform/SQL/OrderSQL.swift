/// Which rows say how many seats an order has.
package enum OrderForm: Sendable {
    /// `order_items`, one row a category; tickets come with the payment.
    case items
    /// No `order_items`: `tickets` with the status `pending`, one a seat.
    case ticketsOnly
}

/// What the platform writes to SQL, each one transaction.
package enum OrderSQL {
    /// Writes a hold's order.
    package static func insert(
        _ hold: PlatformHold, status: String = "pending_payment", createdAt: Int, expiresAt: Int?,
        form: OrderForm = .items
    ) -> String {
        let order = SQLText.literal(hold.order)
        let event = SQLText.literal(hold.event)
        let lines =
            switch form {
            case .items:
                """
                INSERT INTO order_items (order_id, category_id, quantity)
                SELECT \(order), seats.* FROM (\(SQLText.values(hold.seats))) AS seats;
                """
            case .ticketsOnly:
                insertTickets(hold, status: "pending")
            }
        return """
            BEGIN;
            INSERT INTO orders (id, event_id, hold_token, status, expires_at, created_at, updated_at)
            VALUES (\(order), \(event), \(SQLText.literal(hold.token)), \(SQLText.literal(status)),
                \(SQLText.time(expiresAt)), \(SQLText.time(createdAt)), \(SQLText.time(createdAt)));
            \(lines)
            COMMIT;
            """
    }

    /// Sets an order's status and expiry; counts and tickets stay as they are.
    package static func update(_ hold: PlatformHold, status: String, expiresAt: Int? = nil, at now: Int) -> String {
        """
        UPDATE orders
        SET status = \(SQLText.literal(status)), expires_at = \(SQLText.time(expiresAt)),
            updated_at = \(SQLText.time(now))
        WHERE hold_token = \(SQLText.literal(hold.token));
        """
    }

    /// Flow B at payment: the order is paid for and does not expire any more.
    package static func pay(_ hold: PlatformHold, at now: Int) -> String {
        """
        UPDATE orders
        SET status = 'processing', payment_status = 'processing', expires_at = NULL, paid_at = \(SQLText.time(now)),
            updated_at = \(SQLText.time(now))
        WHERE hold_token = \(SQLText.literal(hold.token));
        """
    }

    /// Flow B at payment, once an error has come: `paid_at` stays, and so does the missing expiry.
    package static func takeBack(_ hold: PlatformHold, at now: Int) -> String {
        """
        UPDATE orders
        SET status = 'pending_payment', payment_status = 'pending', updated_at = \(SQLText.time(now))
        WHERE hold_token = \(SQLText.literal(hold.token));
        """
    }

    /// What the finalizer asks first: the order's status, nothing where there is no such order.
    package static func status(of hold: PlatformHold) -> String {
        "SELECT status FROM orders WHERE id = \(SQLText.literal(hold.order))"
    }

    /// Why the finalizer sells no order of this status; `nil` where it does.
    package static func reasonNotToSell(_ status: String) -> String? {
        switch status {
        case "pending_payment", "processing": nil
        case "": "there is no such order"
        default: "the order is \(status)"
        }
    }

    /// The finalizer's first half: the order is confirmed, its seats are sold, its tickets valid.
    package static func confirm(_ hold: PlatformHold, paidAt: Int) -> String {
        """
        BEGIN;
        UPDATE orders
        SET status = 'confirmed', payment_status = 'completed', expires_at = NULL,
            paid_at = \(SQLText.time(paidAt)), updated_at = \(SQLText.time(paidAt))
        WHERE hold_token = \(SQLText.literal(hold.token));
        UPDATE ticket_categories AS category
        SET quantity_sold = quantity_sold + seats.quantity
        FROM (\(SQLText.values(hold.seats))) AS seats (id, quantity)
        WHERE category.id = seats.id;
        UPDATE tickets SET status = 'valid' WHERE order_id = \(SQLText.literal(hold.order));
        \(insertTickets(hold, status: "valid"))
        COMMIT;
        """
    }

    /// Closes an order as `cancelled`, `failed`, `refunded` or `expired`. Seats that were sold come back in SQL; Redis
    /// is not told.
    package static func close(_ hold: PlatformHold, as status: String, at now: Int) -> String {
        """
        BEGIN;
        UPDATE ticket_categories AS category
        SET quantity_sold = quantity_sold - seats.quantity
        FROM (\(SQLText.values(hold.seats))) AS seats (id, quantity), orders
        WHERE category.id = seats.id AND orders.hold_token = \(SQLText.literal(hold.token))
            AND orders.status IN ('confirmed', 'completed');
        UPDATE tickets SET status = 'cancelled' WHERE order_id = \(SQLText.literal(hold.order));
        UPDATE orders SET status = \(SQLText.literal(status)), updated_at = \(SQLText.time(now))
        WHERE hold_token = \(SQLText.literal(hold.token));
        COMMIT;
        """
    }

    /// What a database says that was restored to an instant before the sale: the order waits for its payment.
    static func forgetSale(_ hold: PlatformHold) -> String {
        """
        BEGIN;
        UPDATE ticket_categories AS category
        SET quantity_sold = quantity_sold - seats.quantity
        FROM (\(SQLText.values(hold.seats))) AS seats (id, quantity)
        WHERE category.id = seats.id;
        DELETE FROM tickets WHERE order_id = \(SQLText.literal(hold.order));
        UPDATE orders SET status = 'pending_payment', payment_status = 'pending', paid_at = NULL
        WHERE hold_token = \(SQLText.literal(hold.token));
        COMMIT;
        """
    }

    /// One ticket a seat, where it is not there already.
    private static func insertTickets(_ hold: PlatformHold, status: String) -> String {
        """
        INSERT INTO tickets (id, order_id, event_id, category_id, status)
        SELECT concat_ws('-', \(SQLText.literal(hold.order)), seats.category, number),
            \(SQLText.literal(hold.order)), \(SQLText.literal(hold.event)), seats.category, \(SQLText.literal(status))
        FROM (\(SQLText.values(hold.seats))) AS seats (category, quantity), generate_series(1, quantity) AS number
        ON CONFLICT (id) DO NOTHING;
        """
    }
}
