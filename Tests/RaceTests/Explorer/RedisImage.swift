/// Everything of one event that Redis holds, at one instant: a node of the search can be left and entered again.
///
/// Equal contents are equal images, whatever order they came in.
struct RedisImage: Sendable, Hashable {
    struct Counts: Sendable, Hashable {
        let total: Int64
        let sold: Int64
        let pending: Int64
        let available: Int64
        let version: Int64
    }

    /// What the scripts of the image make of it.
    let bytes: [UInt8]
    private let facts: Facts

    struct HoldFacts: Sendable, Hashable {
        let status: String?
        let expiry: String?
        let score: String?
        let entries: String?
    }

    /// What is asked after every step, read once for each image.
    private final class Facts: Sendable {
        let lease: String
        let holds: [HoldFacts]
        let counts: [Counts?]
        let fields: [Int64]

        init(_ text: [UInt8], holds count: Int, categories: Int) {
            let words = text.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            func word(_ at: Int) -> String? {
                words.indices.contains(at) && !words[at].isEmpty ? words[at] : nil
            }
            lease = word(0) ?? ""
            holds = (0..<count).map { hold in
                let at = 1 + 4 * hold
                return HoldFacts(status: word(at), expiry: word(at + 1), score: word(at + 2), entries: word(at + 3))
            }
            fields = (0..<categories).map { category in word(1 + 4 * count + 6 * category).flatMap { Int64($0) } ?? 0 }
            counts = (0..<categories).map { category in
                let at = 1 + 4 * count + 6 * category
                func number(_ field: Int) -> Int64? { word(at + field).flatMap { Int64($0) } }
                guard number(0) == 5, let total = number(1), let sold = number(2), let pending = number(3),
                    let available = number(4), let version = number(5)
                else { return nil }
                return Counts(total: total, sold: sold, pending: pending, available: available, version: version)
            }
        }
    }

    init(_ bytes: [UInt8], facts: [UInt8], holds: Int, categories: Int) {
        self.bytes = bytes
        self.facts = Facts(facts, holds: holds, categories: categories)
    }

    static func == (one: RedisImage, other: RedisImage) -> Bool {
        one.bytes == other.bytes
    }

    func hash(into hasher: inout Hasher) {
        bytes.hash(into: &hasher)
    }

    var lease: String { facts.lease }

    func hold(_ position: Int) -> HoldFacts { facts.holds[position] }

    /// The score of a hold in the index.
    func score(ofHold position: Int) -> String? { facts.holds[position].score }

    func status(ofHold position: Int) -> String? { facts.holds[position].status }

    func expiry(ofHold position: Int) -> String? { facts.holds[position].expiry }

    func entries(ofHold position: Int) -> String? { facts.holds[position].entries }

    /// Whether the hash keeps the hold's seats.
    func isActive(_ position: Int) -> Bool {
        switch status(ofHold: position) {
        case "held", "checkout_pending", "checkout_committed": entries(ofHold: position) != nil
        default: false
        }
    }

    /// `nil` where the hash is absent or holds anything but the five numbers.
    func counts(_ category: Int) -> Counts? { facts.counts[category] }

    func isAbsent(category: Int) -> Bool { facts.fields[category] == 0 }

    /// The bytes without the value of any `version`: with them, images are compared that differ in versions alone.
    var withoutVersions: [UInt8] {
        let name = Array("version".utf8)
        var rest = bytes[...]
        var kept: [UInt8] = []
        while let byte = rest.first {
            guard rest.starts(with: name), let length = rest.dropFirst(name.count).first else {
                kept.append(byte)
                rest = rest.dropFirst()
                continue
            }
            kept += name
            // A short text in MessagePack: the low bits of its first byte are its length.
            rest = rest.dropFirst(name.count + 1 + Int(length & 0x1F))
        }
        return kept
    }
}
