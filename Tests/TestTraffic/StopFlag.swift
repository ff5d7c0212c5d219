import Synchronization

/// Says that it is time to finish: whoever works ends what was begun, and begins nothing.
package final class StopFlag: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package var isSet: Bool {
        flag.load(ordering: .acquiring)
    }

    package func set() {
        flag.store(true, ordering: .releasing)
    }
}
