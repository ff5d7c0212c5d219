/// Lines for people, such as a table. Each is printable and bounded, and no text can end a line or begin one.
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
