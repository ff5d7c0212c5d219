/// Events that wait to be delivered. Their number is bounded: the oldest is dropped for a new one, and counted.
struct EventQueue {
    let capacity: Int
    private var events: [CustomEvent] = []
    /// How many events were dropped.
    private(set) var dropped = 0

    /// - Parameter capacity: one or more.
    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    var count: Int {
        events.count
    }

    mutating func add(_ event: CustomEvent) {
        events.append(event)
        makeRoom()
    }

    /// Takes out the oldest events.
    mutating func take(atMost limit: Int) -> [CustomEvent] {
        let batch = Array(events.prefix(limit))
        events.removeFirst(batch.count)
        return batch
    }

    /// Puts back events that must be sent again, before those that came meanwhile.
    mutating func putBack(_ batch: [CustomEvent]) {
        events = batch + events
        makeRoom()
    }

    private mutating func makeRoom() {
        let surplus = events.count - capacity
        guard surplus > 0 else { return }
        events.removeFirst(surplus)
        dropped += surplus
    }
}
