/// Text that may leave the program: without a secret in use, printable where it goes, and bounded.
///
/// All output takes this type alone, and only this module can make it.
package struct Printed: Sendable, Hashable {
    package let text: String

    init(ready text: String) {
        self.text = text
    }

    /// The empty text.
    package static let nothing = Printed(ready: "")

    /// The text with a line feed at its end.
    package var asLine: Printed {
        Printed(ready: text + "\n")
    }
}

extension Printed {
    /// How many bytes a line may have: enough for a sentence about a few ids, and for what a server says of itself.
    package static let longestLine = 4096

    /// Makes a line for people, or a part of one. Line feeds and characters that steer a terminal are escaped. A line
    /// that is too long loses its middle, since its end says what to do.
    package init(line text: String, atMost limit: Int = longestLine) {
        self.init(ready: safe(text, atMost: limit))
    }
}

/// Returns a text that fits into a cell or a line: without secrets, then bounded, then escaped. In this order, since a
/// secret that was cut or escaped could not be found any more.
func safe(_ text: String, atMost limit: Int) -> String {
    let bounded = withoutSecrets(text).bounded(to: limit)
    return escaped(bounded).bounded(to: limit)
}
