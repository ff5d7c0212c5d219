/// A fault as it was made, and what must be true once it is put right.
package struct Injection: Sendable {
    package let cause: Fault
    package let event: String
    /// What each category's inventory must say in the end, and so which categories the event has.
    package let expected: [String: SeatCounts]
    /// Active holds: hash, index member and seats must be there in the end. The faulty hold is among them where it is
    /// alive.
    package let live: [PlatformHold]
    /// Tokens of those that no order in SQL names.
    package let redisOnly: Set<String>
    /// The hold that the fault is about.
    package let faulty: PlatformHold?
    /// The key that the fault is about, where it is no hold's.
    package let key: String?
    /// Seats that are counted wrongly, wait, or are at risk; 0 where the fault is about keys alone.
    package let seats: Int

    package var categories: [String] {
        expected.keys.sorted()
    }
}
