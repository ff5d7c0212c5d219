/// Text that may leave the program: without a secret in use, printable where it goes, and bounded.
///
/// Everything that tells anything to anybody takes this type alone, and only this module can make it.
package struct Printed: Sendable, Hashable {
    package let text: String

    init(ready text: String) {
        self.text = text
    }

    /// Nothing.
    package static let nothing = Printed(ready: "")

    /// The same with a line feed behind it.
    package var asLine: Printed {
        Printed(ready: text + "\n")
    }
}

extension Printed {
    /// Bytes of a line: enough for a sentence about a few ids, and for what a server says of itself.
    package static let longestLine = 4096

    /// A line for people, or a part of one. Line feeds and what steers a terminal are escaped; of a line that is too long the
    /// middle is left out, since what to do stands at its end.
    package init(line text: String, atMost limit: Int = longestLine) {
        self.init(ready: safe(text, atMost: limit))
    }
}

/// A text without secrets that fits into a cell or a line: escaped, and bounded. In this order, since a secret that was cut
/// or escaped could not be found any more.
func safe(_ text: String, atMost limit: Int) -> String {
    let bounded = withoutSecrets(text).bounded(to: limit)
    return escaped(bounded).bounded(to: limit)
}
