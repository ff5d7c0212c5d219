/// Lines for people, such as a table: each is printable and bounded, and ends where it was to end.
package struct Page: Sendable {
    private var text = ""

    package init(_ lines: [String] = []) {
        for line in lines { add(line) }
    }

    package mutating func add(_ line: String) {
        text += safe(line, atMost: Printed.longestLine) + "\n"
    }

    package mutating func add(_ lines: [String]) {
        for line in lines { add(line) }
    }

    package var printed: Printed {
        Printed(ready: text)
    }
}
