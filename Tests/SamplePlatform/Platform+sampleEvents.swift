import TestPlatform

extension Platform {
    /// Every fault in an event of its own, named after it, among events that sell as they should.
    func addSampleEvents() async throws {
        for number in 1...3 { try await addHealthyEvent("healthy-\(number)") }
        for fault in Fault.repairable { _ = try await fault.inject(into: self, event: fault.rawValue) }
    }

    /// One hold in each state that a hold can rightly be in.
    private func addHealthyEvent(_ event: String) async throws {
        let (stalls, circle) = ("\(event)-stalls", "\(event)-circle")
        try await addEvent(event, categories: [(stalls, total: 400, sold: 120), (circle, total: 150, sold: 0)])
        try await acquire("\(event)-browsing", event: event, [Seats(stalls, 2)])
        try await orderB(acquire("\(event)-ordering", event: event, [Seats(stalls, 1), Seats(circle, 3)]))
        let paying = try await acquire("\(event)-paying", event: event, [Seats(circle, 2)])
        try await orderB(paying)
        try await payB(paying)
        try await checkoutA(acquire("\(event)-checkout", event: event, [Seats(stalls, 4)]), form: .ticketsOnly)
        let sold = try await acquire("\(event)-sold", event: event, [Seats(circle, 1)])
        try await checkoutA(sold)
        try await sell(sold)
        try await release(acquire("\(event)-changed-mind", event: event, [Seats(stalls, 2)]))
    }
}
