package import HoldModel
package import LocalFiles
import Synchronization

/// Writes a plan while a run goes on. Memory does not grow with it.
///
/// The header comes first in the file and is written last, over a line of spaces. So a plan whose run ended early is none.
package final class PlanWriter: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var checksum: UInt64 = 0
        var totals = PlanHeader.Totals()
    }

    private static let buffer = 1 << 20
    /// Room for numbers that are not known at the start.
    private static let slack = 1024

    private let file: NewFile
    private let origin: Origin
    private let events: [EventID]?
    /// Bytes of the header, its end included.
    private let room: Int
    private let state = Mutex(State())

    /// Makes the file.
    ///
    /// - Parameter events: the events that the run is about; `nil` for all.
    /// - Throws: ``UnusableFile``.
    package init(at path: String, _ origin: Origin, events: [EventID]?) throws(UnusableFile) {
        (self.origin, self.events) = (origin, events)
        let header = PlanHeader(origin: origin, events: events, snapshots: nil, totals: PlanHeader.Totals())
        room = header.text(checksum: 0).count + Self.slack
        file = try NewFile(at: path)
        try file.append(repeatElement(UInt8(ascii: " "), count: room - 1) + [UInt8(ascii: "\n")])
    }

    /// The totals until now.
    package var totals: PlanHeader.Totals { state.withLock { $0.totals } }

    /// Adds an item.
    ///
    /// - Parameter findings: why.
    /// - Throws: ``UnusableFile``.
    package func add(_ item: PlannedItem, why findings: [Finding]) throws {
        let line = item.line(why: findings) + [UInt8(ascii: "\n")]
        try state.withLock { state in
            state.pending += line
            state.checksum = CRC64.checksum(of: line.span, after: state.checksum)
            state.totals.add(item, bytes: line.count)
            if state.pending.count >= Self.buffer { try flush(&state) }
        }
    }

    /// Completes the plan.
    ///
    /// - Throws: ``UnusableFile``.
    package func finish(snapshots: (first: String, last: String, lsn: String)?) throws {
        try state.withLock { state in
            try flush(&state)
            let header = PlanHeader(origin: origin, events: events, snapshots: snapshots, totals: state.totals)
            let checksum = header.checksum(after: state.checksum, length: room - 1)
            let line = header.line(checksum: checksum, length: room - 1)
            guard line.count < room else { throw UnusableFile(description: "its header has no room") }
            // What comes after the header is on disk before it.
            try file.synchronize()
            try file.write(line, at: 0)
            try file.synchronize()
            try file.close()
        }
    }

    /// Removes the file: the run has not come to its end.
    package func discard() {
        file.discard()
    }

    private func flush(_ state: inout State) throws(UnusableFile) {
        try file.append(state.pending)
        state.pending.removeAll(keepingCapacity: true)
    }
}
