import Foundation
import HoldModel
import Output
import Reconciliation
import Reporting
import Testing

@Suite("a line of the maintenance log")
struct MaintenanceEntryTests {
    private func entry(_ report: RunReport) throws -> String {
        try MaintenanceEntry(
            report, user: "ops\n\u{2028}", host: "host", options: ["key-prefix": "a\r\nb", "event": "x"]
        ).line().text
    }

    @Test("is one line of JSON, whatever the text in it")
    func isOneLine() throws {
        let line = try entry(SampleReport.report(error: "first\nsecond\r\u{85}third"))
        #expect(!line.utf8.contains { $0 < 0x20 })
        #expect(try object(line)["error"] as? String == "first\nsecond\r\u{85}third")
        #expect(try object(line)["who"] as? String == "ops\n\u{2028}")
    }

    @Test("says who did what, with which options, when, on what SQL said, and what came of it")
    func saysWhoDidWhat() throws {
        let document = try object(entry(SampleReport.report()))
        #expect(
            Set(document.allKeys as? [String] ?? []).isSuperset(of: [
                "who", "host", "command", "options", "executed", "startedAt", "finishedAt", "snapshot", "scanned",
                "totals", "exitStatus",
            ]))
        #expect(document["command"] as? String == "rebuild")
        #expect(document["options"] as? NSDictionary == ["key-prefix": "a\r\nb", "event": "x"])
        #expect(document["executed"] as? Bool == true)
        #expect(document["exitStatus"] as? Int == 6)
        let report = try object(SampleReport.report().json().text)
        for name in ["startedAt", "finishedAt", "snapshot", "scanned", "totals"] {
            #expect(document[name] as? NSObject == report[name] as? NSObject)
        }
    }

    @Test("holds no finding, so that its length does not grow with the drift")
    func holdsNoFinding() throws {
        #expect(try object(entry(SampleReport.report()))["findings"] == nil)
    }
}
