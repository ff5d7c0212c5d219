import HoldModel

extension JournalEntry {
    func write(_ line: inout JSONLine) {
        subject.write(&line)
        line.name("holds")
        line.array(holds) { hold, line in
            line.object { line in
                line.text("hold", hold.token.bytes)
                line.name("before")
                hold.before.write(&line)
                line.name("score")
                if let score = hold.score { line.text(score) } else { line.null() }
                line.name("after")
                hold.after.write(&line)
                line.name("index")
                switch hold.index {
                case .keep: line.text("keep")
                case .remove: line.text("remove")
                case .score(let seconds): line.number(seconds)
                case .text(let score):
                    line.object { line in
                        line.text("score", score)
                    }
                }
            }
        }
        line.name("categories")
        line.array(counts) { counts, line in
            line.object { line in
                line.text("category", counts.category.bytes)
                line.name("before")
                counts.before.write(&line)
                line.name("after")
                counts.after.write(&line)
            }
        }
    }

    /// Reads an entry whose names come from an object.
    init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        var subject: PlannedItem.Subject?
        var (holds, counts): ([Hold], [Counts]) = ([], [])
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "holds":
                holds = try scanner.elements { (scanner) throws(JSONScanner.Unreadable) in try Hold(&scanner) }
            case "categories":
                counts = try scanner.elements { (scanner) throws(JSONScanner.Unreadable) in try Counts(&scanner) }
            case let name: subject = try PlannedItem.Subject(name, &scanner)
            }
        }
        guard let subject else { throw JSONScanner.Unreadable() }
        self.init(subject, holds: holds, counts: counts)
    }
}

extension KeyImage {
    fileprivate func write(_ line: inout JSONLine) {
        switch self {
        case .absent: line.null()
        case .otherType: line.text("another type")
        case .untouched: line.text("untouched")
        case .hash(let hash):
            line.object { line in
                line.name("fields")
                line.array(hash.fields.flatMap { [$0.name, $0.value] }) { $1.text($0) }
                line.name("expiresAt")
                if let expiresAt = hash.expiresAt { line.number(expiresAt) } else { line.null() }
            }
        }
    }

    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        if scanner.isNext(UInt8(ascii: "n")) {
            _ = try scanner.value()
            self = .absent
            return
        }
        guard scanner.isNext(UInt8(ascii: "{")) else {
            switch String(decoding: try scanner.string(), as: UTF8.self) {
            case "another type": self = .otherType
            case "untouched": self = .untouched
            default: throw JSONScanner.Unreadable()
            }
            return
        }
        var (words, expiresAt): ([[UInt8]], Int64?) = ([], nil)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "fields":
                words = try scanner.elements { (scanner) throws(JSONScanner.Unreadable) in try scanner.foreign() }
            case "expiresAt":
                expiresAt = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in try scanner.integer() }
            default: throw JSONScanner.Unreadable()
            }
        }
        // Redis would fail on any other time, halfway through a script.
        guard !words.isEmpty, words.count.isMultiple(of: 2), (1...greatestSeatCount).contains(expiresAt ?? 1) else {
            throw JSONScanner.Unreadable()
        }
        let fields = stride(from: 0, to: words.count, by: 2).map {
            WholeHash.Field(name: words[$0], value: words[$0 + 1])
        }
        guard Set(fields.map(\.name)).count == fields.count else { throw JSONScanner.Unreadable() }
        self = .hash(WholeHash(fields: fields, expiresAt: expiresAt))
    }
}

extension JournalEntry.Hold {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        var (token, before, score): (HoldToken?, KeyImage?, [UInt8]?)
        var (after, index): (HoldFence?, IndexEdit?)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "hold": token = HoldToken(try scanner.foreign())
            case "before": before = try KeyImage(&scanner)
            case "score":
                score = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in try scanner.score() }
            case "after": after = try HoldFence(&scanner)
            case "index": index = try IndexEdit(&scanner)
            default: throw JSONScanner.Unreadable()
            }
        }
        guard let token, let before, let after, let index else { throw JSONScanner.Unreadable() }
        self.init(token: token, before: before, score: score, after: after, index: index)
    }
}

extension JournalEntry.Counts {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        var (category, before, after): (CategoryID?, KeyImage?, InventoryState?)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "category": category = CategoryID(try scanner.foreign())
            case "before": before = try KeyImage(&scanner)
            case "after": after = try InventoryState(&scanner)
            default: throw JSONScanner.Unreadable()
            }
        }
        guard let category, let before, let after else { throw JSONScanner.Unreadable() }
        self.init(category: category, before: before, after: after)
    }
}

extension JSONScanner {
    /// Reads a score that Redis takes; it would fail on any other, halfway through a script.
    fileprivate mutating func score() throws(Unreadable) -> [UInt8] {
        let score = try string()
        if ["inf", "-inf"].contains(where: { $0.utf8.elementsEqual(score) }) { return score }
        guard let number = Double(String(decoding: score, as: UTF8.self)), number.isFinite,
            score.allSatisfy({ "0123456789+-.e".utf8.contains($0) })
        else { throw Unreadable() }
        // One that is too small for a number is no score either.
        let digits = score.prefix { $0 != UInt8(ascii: "e") }
        guard number != 0 || !digits.contains(where: { "123456789".utf8.contains($0) }) else { throw Unreadable() }
        return score
    }
}

extension IndexEdit {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        if scanner.isNext(UInt8(ascii: "{")) {
            var score: [UInt8]?
            try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                guard name == Array("score".utf8) else { throw JSONScanner.Unreadable() }
                score = try scanner.score()
            }
            guard let score else { throw JSONScanner.Unreadable() }
            self = .text(score)
            return
        }
        guard scanner.isNext(UInt8(ascii: "\"")) else {
            self = .score(try scanner.integer())
            return
        }
        switch String(decoding: try scanner.string(), as: UTF8.self) {
        case "keep": self = .keep
        case "remove": self = .remove
        default: throw JSONScanner.Unreadable()
        }
    }
}
