import HoldModel
import Output
import Reconciliation
import Testing

@testable import Reporting

@Suite("the table")
struct TableReportTests {
    private func line(_ text: String, _ start: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(start) }.map(String.init)
    }

    @Test("shows each finding with its states, then the causes in words, then the sums and the conclusion")
    func showsFindings() throws {
        let text = SampleReport.report().table().text
        #expect(
            line(text, "ttl-race") == "ttl-race       event-1  cat       -          3  "
                + "t=10 s=x p=? a=-1 v=7  t=10 s=2 p=1 a=7 v=8  applied")
        let wide = SampleReport.report().table(width: 200).text
        #expect(
            line(wide, "ttl-race") == "ttl-race       event-1  cat       -          3  "
                + "total=10 sold=x pending=? avail=-1 v=7  total=10 sold=2 pending=1 avail=7 v=8  applied")
        let hold = try #require(line(text, "expired-hold")).split(separator: " ").joined(separator: " ")
        #expect(hold == "expired-hold event-1 - token 4 held until=1000 expired applied")
        #expect(line(text, "oversold")?.hasSuffix("noted (a detail)") == true)
        let causes = try #require(text.split(separator: "\n\n").dropFirst().first)
        for cause in [Cause.ttlRace, .expiredHold, .orphanMember, .oversold] { #expect(causes.contains(cause.story)) }
        #expect(
            line(text, "looked at") == "looked at 5 events, 12 categories, 7 orders, 30 holds, 29 index members; "
                + "SQL as of 2023-11-14T22:13:22.000Z, WAL 0/2000")
        #expect(
            line(text, "route: ")
                == "route: orders-first, since most holds have an order, and carts are read once; "
                + "4 of the 30 holds are carts")
        #expect(
            line(text, "events: ")
                == "events: 1 unchanged, 0 differ, 2 applied (2 looked at again and right), 3 moved, 4 deferred, 5 refused"
        )
        #expect(text.contains("\noversold by 6 seats: people must act\n"))
    }

    @Test(
        "of text with control characters, line ends and escape sequences shows them escaped, each finding in one line")
    func escapesControlCharacters() {
        let hostile = "a\u{1B}[2J\nb\u{0}\u{9B}c\u{202E}d\u{2028}e\tf"
        let bytes = Array(hostile.utf8)
        var tally = RunTally(maxFindings: 5)
        tally.record(
            Finding(
                .malformed, event: EventID(bytes), category: CategoryID(bytes), hold: HoldToken(bytes),
                before: .inventory(
                    InventoryFields(total: bytes, sold: bytes, pending: bytes, available: bytes, version: bytes)),
                after: .text(hostile), detail: hostile))
        tally.record(
            Finding(
                .badScore, event: EventID([0xFF, 0x0A]), before: .hold(status: hostile, expiresAtEpoch: nil),
                after: .score(bytes)))
        let text = SampleReport.report(tally, error: "the server said " + hostile).table(width: 1000).text
        let clean = SampleReport.report(RunTally(maxFindings: 5), error: "x").table().text
        // Two findings with header and blank line, two causes with header and blank line.
        #expect(text.count { $0 == "\n" } == clean.count { $0 == "\n" } + 8)
        for scalar in text.unicodeScalars where scalar != "\n" {
            #expect(![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory))
        }
        #expect(text.contains(#"a\x1b[2J\nb\x00"#))
        #expect(text.contains(#"\xff\n"#))
        #expect(text.contains("failed: the server said a"))
    }

    @Test(
        "ends with what the run came to",
        arguments: [
            ([], false, "clean"), ([.found], false, "drift found, nothing written"),
            ([.found, .noted], false, "drift found, nothing written; 1 note for people"),
            ([.refused], true, "drift is left that only people can judge"),
            ([.found], true, "drift is left: seats that would go back on sale were left out"),
            ([.applied], true, "done"),
            ([.noted, .noted], false, "clean; 2 notes for people"),
        ] as [([FindingOutcome], Bool, String)])
    func endsWithConclusion(_ outcomes: [FindingOutcome], _ executed: Bool, _ words: String) {
        var tally = RunTally(maxFindings: 5)
        for outcome in outcomes { tally.record(Finding(.lostHash, event: SampleReport.event, outcome: outcome)) }
        #expect(SampleReport.report(tally, executed: executed).table().text.hasSuffix("\n\(words)\n"))
        tally.deferred = outcomes == [.applied] ? 1 : 0
        if outcomes == [.applied] {
            #expect(
                SampleReport.report(tally).table().text.hasSuffix(
                    "\nsome events did not stand still or are unclear; run again\n"))
        }
    }

    @Test(
        "ends with what became of a journal",
        arguments: [
            ([], false, "nothing to take back"),
            ([.found], false, "nothing written; with --execute this is taken back"),
            ([.found, .refused], false, "nothing written; with --execute this is taken back, but for what is left"),
            ([.refused], false, "nothing was taken back; what is listed was left, and the details say why"),
            ([.applied, .moved], true, "done in part; the rest was left, and the details say why"),
            ([.applied], true, "done: taken back"),
        ] as [([FindingOutcome], Bool, String)])
    func endsWithConclusionOfUndo(_ outcomes: [FindingOutcome], _ executed: Bool, _ words: String) {
        var tally = RunTally(maxFindings: 5)
        for outcome in outcomes { tally.record(Finding(.undone, event: SampleReport.event, outcome: outcome)) }
        #expect(SampleReport.report(tally, command: "undo", executed: executed).table().text.hasSuffix("\n\(words)\n"))
    }

    @Test("counts the events of which an error tells no more, where there are any")
    func countsUnknown() {
        var tally = SampleReport.tally()
        tally.unknown = 1
        let text = SampleReport.report(tally, error: "x").table().text
        #expect(line(text, "events: ")?.hasSuffix(" moved, 4 deferred, 5 refused, 1 unknown") == true)
    }

    @Test("aligns its columns, numbers to the right, without spaces at the end of a line")
    func alignsColumns() {
        var table = TextTable(["name", "seats", "x"], numeric: [1], width: 80)
        table.add(["long name", "5", ""])
        table.add(["ä", "12345678", "y"])
        #expect(
            table.lines.joined(separator: "\n") == """
                name          seats  x
                long name         5
                ä          12345678  y
                """)
    }
}

@Suite("the table's width")
struct TableWidthTests {
    /// One token of 100 kB beside 300 findings.
    private func hugeTally() -> RunTally {
        var tally = RunTally(maxFindings: 1000)
        for number in 1...300 {
            tally.record(Finding(.orphanMember, event: nil, hold: HoldToken("stale-\(number)"), outcome: .found))
        }
        let token = HoldToken("first-" + String(repeating: "x", count: 100_000) + "-last")
        tally.record(
            Finding(
                .orphanMember, event: EventID(Array(repeating: 0x1B, count: 5000)), hold: token,
                before: .text(String(repeating: "\u{202E}", count: 5000)),
                detail: String(repeating: "d", count: 100_000), outcome: .found))
        return tally
    }

    @Test("follows the terminal and not the data: long ids are cut in their middle, and JSON has them whole")
    func isBounded() throws {
        let report = SampleReport.report(hugeTally())
        let text = report.table().text
        #expect(text.utf8.count < 100_000)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
        #expect(text.contains("first-"))
        #expect(text.contains("-last"))
        #expect(text.contains("…"))
        #expect(text.contains("stale-300"))
        for scalar in text.unicodeScalars where scalar != "\n" {
            #expect(![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory))
        }
        let token = "first-" + String(repeating: "x", count: 100_000) + "-last"
        #expect(try report.json().text.contains(token))
    }
}
