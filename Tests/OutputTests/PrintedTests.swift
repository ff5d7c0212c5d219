import ConnectionStrings
import HoldModel
import Output
import Testing

/// Text that leaves the program, whatever it was.
@Suite("what is printed") struct PrintedTests {
    static let hostile = [
        "a\nhold-reconciler: forged", "\u{1B}[2J\u{1B}]0;title\u{7}", "\u{9B}31m\u{85}", "\u{202E}gnp.exe\u{2066}",
        "a\u{2028}b",
        "\r\u{0}\u{7F}\u{FEFF}", "\u{E0041}",
    ]

    private func isQuiet(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            ![.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }

    @Test("is one line that steers no terminal", arguments: hostile)
    func isOneLine(_ text: String) {
        #expect(isQuiet(Printed(line: text).text))
        let page = Page([text, "another"]).printed.text
        #expect(
            page.split(separator: "\n").count == 2 && page.split(separator: "\n").allSatisfy { isQuiet(String($0)) })
    }

    @Test("keeps what people write, and backslashes of what was escaped before")
    func keepsText() {
        #expect(Printed(line: "Straße 💺 👩‍👩‍👧 \(printable([0x61, 0x0A]))").text == #"Straße 💺 👩‍👩‍👧 a\n"#)
    }

    @Test("loses the middle where it is long, and says how much", arguments: ["x", "é", "\u{1B}", "\u{E0041}"])
    func isBounded(_ letter: String) {
        let line = Printed(line: "start " + String(repeating: letter, count: 1_000_000) + " end").text
        #expect(line.utf8.count <= Printed.longestLine)
        #expect(line.hasPrefix("start ") && line.hasSuffix(" end") && line.contains("bytes left out"))
        #expect(!line.contains("\u{FFFD}"))
    }

    @Test("shows no part of a secret where it is cut")
    func cutsBehindRedaction() {
        let secret = "cutSecret" + String(repeating: "9", count: 5000)
        SecretsInUse.ofProcess.add([.credential(secret)])
        #expect(Printed(line: "the server said " + secret).text == "the server said (hidden)")
        #expect(cell(secret) == "(hidden)")
        #expect(excerpt(of: Array("x\(secret)".utf8), atMost: 20) == "x(hidden)")
    }

    @Test("in a label of a metric ends neither the label nor the line")
    func isALabel() {
        var metrics = MetricsText()
        metrics.add("m", .gauge, "help", [([(name: "l", value: "a\"b\\c\nd\u{1B}\u{202E}")], 1)])
        #expect(
            metrics.printed.text == "# HELP m help\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\u{FFFD}\u{FFFD}\"} 1\n")
    }
}
