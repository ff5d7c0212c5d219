package import HoldModel
import LocalFiles

/// A plan that is to be applied. The items stay in the file; in memory is where each begins.
package final class ApprovedPlan: Sendable {
    /// Why a file is no plan that can be applied; the words follow its path.
    package struct Refusal: Error, CustomStringConvertible, Hashable {
        package let description: String
    }

    private struct Place: Sendable {
        let offset: Int64
        let length: Int
    }

    /// How many bytes a line may have: an event with some hundred thousand holds.
    private static let longestLine = 1 << 28
    private static let longestHeader = 1 << 26

    package let header: PlanHeader
    private let file: LinedFile
    private let places: [PlannedItem.Subject: Place]

    /// Reads and checks the whole file.
    ///
    /// - Throws: ``Refusal``, also where the file cannot be read.
    package init(at path: String) throws(Refusal) {
        do {
            let file = try LinedFile(at: path)
            var header: (header: PlanHeader, checksum: UInt64)?
            var lengthOfHeader = 0
            var places: [PlannedItem.Subject: Place] = [:]
            var (checksum, size, number): (UInt64, Int64, Int) = (0, 0, 0)
            try file.forEachLine(atMost: Self.longestLine) { line, offset, isWhole in
                number += 1
                guard isWhole else { throw Refusal(description: "it ends in the middle of line \(number)") }
                guard header != nil else {
                    header = try Self.header(line)
                    lengthOfHeader = line.count
                    return
                }
                checksum = CRC64.checksum(of: (line + [UInt8(ascii: "\n")]).span, after: checksum)
                size += Int64(line.count) + 1
                let item: PlannedItem
                do {
                    item = try PlannedItem(line: line)
                } catch {
                    throw Refusal(description: "line \(number) is no item of a plan")
                }
                let place = Place(offset: offset, length: line.count)
                guard places.updateValue(place, forKey: item.subject) == nil else {
                    throw Refusal(description: "line \(number) is about the same as one before it")
                }
            }
            guard let header else { throw Refusal(description: "it is empty") }
            guard size == header.header.totals.bytes,
                header.header.checksum(after: checksum, length: lengthOfHeader) == header.checksum
            else {
                throw Refusal(description: "it was damaged or edited: its checksum is another one. Make a new plan")
            }
            (self.header, self.file, self.places) = (header.header, file, places)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(description: "\(error)")
        }
    }

    private static func header(_ line: [UInt8]) throws(Refusal) -> (PlanHeader, UInt64) {
        if line.count <= longestHeader, line.allSatisfy({ $0 == UInt8(ascii: " ") }) {
            throw Refusal(description: "the run that made it has not come to its end. Make a new plan")
        }
        do {
            return try PlanHeader.reading(line)
        } catch {
            switch error {
            case .newer(let version):
                throw Refusal(
                    description: "its format has the version \(version), and this program knows \(PlanHeader.version)")
            case .unreadable: throw Refusal(description: "it is no plan of this program, or it was damaged")
            }
        }
    }

    /// How many items there are.
    package var count: Int { places.count }

    package func has(_ subject: PlannedItem.Subject) -> Bool { places[subject] != nil }

    /// The events of its items.
    package var events: [EventID] {
        places.keys.compactMap { if case .event(let event) = $0 { event } else { nil } }.sorted()
    }

    /// Whether the plan has exactly these changes.
    ///
    /// - Throws: ``Refusal`` where the file cannot be read any more.
    package func approves(_ item: PlannedItem) throws(Refusal) -> Bool {
        guard let line = try line(of: item.subject) else { return false }
        return item.isLine(line)
    }

    /// The plan's item of a subject; `nil` where it has none.
    package func item(of subject: PlannedItem.Subject) throws(Refusal) -> PlannedItem? {
        guard let line = try line(of: subject) else { return nil }
        do {
            return try PlannedItem(line: line)
        } catch {
            throw Refusal(description: "it was changed while it was read")
        }
    }

    private func line(of subject: PlannedItem.Subject) throws(Refusal) -> [UInt8]? {
        guard let place = places[subject] else { return nil }
        do {
            return try file.read(at: place.offset, atMost: place.length)
        } catch {
            throw Refusal(description: "\(error)")
        }
    }
}
