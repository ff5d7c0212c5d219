import HoldModel
import Testing

/// When quantity_sold, items and tickets agree, and by how many seats they do not.
@Suite struct SoldFiguresTests {
    @Test(
        "Rows that are missing, cancelled or elsewhere account for a difference",
        arguments: [
            (0, SoldSeats(), 0),
            (5, SoldSeats(items: 5, tickets: 5), 0),
            // A platform that makes no tickets, or no items, or makes them for some orders alone.
            (5, SoldSeats(items: 5, itemsAlone: 5, tickets: 0), 0),
            (5, SoldSeats(items: 5, itemsAlone: 2, tickets: 3), 0),
            (5, SoldSeats(items: 3, tickets: 5, ticketsAlone: 2), 0),
            (5, SoldSeats(items: 5, tickets: nil), 0),
            // Two of five tickets were given back, and quantity_sold follows.
            (3, SoldSeats(items: 5, tickets: 3, cancelled: 2), 0),
            // A ticket was written anew.
            (5, SoldSeats(items: 5, tickets: 5, cancelled: 1), 0),
            // Nobody knows how many seats these are.
            (9, SoldSeats(items: 5, tickets: 5), 1),
            (9, SoldSeats(items: 5, tickets: 9, unreadable: 1), 0),
        ] as [(Int64, SoldSeats, Int64)])
    func agree(_ sold: Int64, _ seats: SoldSeats, _ silent: Int64) {
        #expect(SoldFigures(quantitySold: sold, own: seats, silentOrders: silent).agree)
    }

    @Test(
        "Anything else is told by the figure that is further off",
        arguments: [
            (13, SoldSeats(items: 10, tickets: 10), 0, 3), (7, SoldSeats(items: 10, tickets: 10), 0, 3),
            (10, SoldSeats(items: 10, tickets: 8), 0, 2), (8, SoldSeats(items: 10, tickets: 8), 0, 2),
            (10, SoldSeats(items: 8, tickets: 10), 0, 2), (4, SoldSeats(items: 5, tickets: nil), 0, 1),
            // Two tickets were given back, and quantity_sold was left too high.
            (5, SoldSeats(items: 5, tickets: 3, cancelled: 2), 0, 2),
            // Seats that nobody can count make a sum too low, never too high.
            (4, SoldSeats(items: 5, tickets: 5), 1, 1), (4, SoldSeats(items: 5, tickets: 5, unreadable: 1), 0, 1),
            (.min, SoldSeats(items: .max, itemsAlone: .max, tickets: .max), 0, .max),
        ] as [(Int64, SoldSeats, Int64, Int64)])
    func differ(_ sold: Int64, _ seats: SoldSeats, _ silent: Int64, _ off: Int64) {
        let figures = SoldFigures(quantitySold: sold, own: seats, silentOrders: silent)
        #expect(!figures.agree)
        #expect(figures.seatsOff == off)
    }

    @Test("What orders of other events say counts where it accounts for all, and only there")
    func elsewhere() {
        var moved = SoldFigures(quantitySold: 8, own: SoldSeats(items: 5, tickets: 5))
        #expect(!moved.agree)
        moved.elsewhere = SoldSeats(items: 3, tickets: 3)
        #expect(moved.agree)
        moved.elsewhere = SoldSeats(items: 2, tickets: 2)
        #expect(!moved.agree)
        var own = SoldFigures(quantitySold: 5, own: SoldSeats(items: 5, tickets: 5))
        own.elsewhere = SoldSeats(items: 2, tickets: 2)
        #expect(own.agree)
    }

    @Test("A sale between two looks does not change the difference; a refund does")
    func sameDifference() {
        let first = SoldFigures(quantitySold: 13, own: SoldSeats(items: 10, tickets: 9))
        #expect(SoldFigures(quantitySold: 15, own: SoldSeats(items: 12, tickets: 11)).differ(as: first))
        #expect(!SoldFigures(quantitySold: 13, own: SoldSeats(items: 8, tickets: 7)).differ(as: first))
        #expect(!SoldFigures(quantitySold: 13, own: SoldSeats(items: 10, tickets: nil)).differ(as: first))
    }

    @Test("An order and a hold are compared by category, whatever the sequence")
    func seatDifferences() {
        func line(_ category: String, _ quantity: Int64) -> SeatLine {
            SeatLine(category: CategoryID(category), quantity: quantity)
        }
        #expect(
            SeatDifference.between(order: [line("a", 1), line("b", 2)], hold: [line("b", 2), line("a", 1)]).isEmpty)
        #expect(
            SeatDifference.between(order: [line("a", 3)], hold: [line("a", 1), line("a", 2)]).isEmpty)
        let differences = SeatDifference.between(
            order: [line("a", 1), line("b", 2), line("c", 4)], hold: [line("c", 4), line("d", 2), line("a", 3)])
        #expect(differences.map(\.category.description) == ["a", "b", "d"])
        #expect(differences.map(\.ordered) == [1, 2, 0] && differences.map(\.held) == [3, 0, 2])
        #expect(differences.map(\.seats) == [2, 2, 2])
    }
}
