import ConnectionStrings
import HoldModel

/// How many bytes of an error are kept: enough for what a server says of a failure, too few to fill memory.
private let longestError = 8192

/// Returns the words of an error without secrets that a server or a library repeats, and bounded. They are made
/// printable where they are printed.
package func told(_ error: any Error) -> String {
    told(String(describing: error))
}

/// Returns a sentence that may have a server's words in it, without secrets and bounded.
package func told(_ sentence: String) -> String {
    withoutSecrets(sentence).bounded(to: longestError)
}

/// Returns the start of what a peer has sent, fit for a sentence.
///
/// - Parameter limit: how many bytes are shown at the most.
package func excerpt(of bytes: [UInt8], atMost limit: Int) -> String {
    // Before the cut, since a secret that was cut could not be recognised.
    let text = withoutSecrets(String(decoding: bytes, as: UTF8.self))
    let start = Array(text.utf8.prefix(limit))
    return printable(start) + (text.utf8.count > limit ? "…" : "")
}

/// Returns a text as a cell of a table. The table may shorten it, and what is left shows no part of a secret.
package func cell(_ text: String) -> String {
    safe(text, atMost: Printed.longestLine)
}

func withoutSecrets(_ text: String) -> String {
    SecretsInUse.ofProcess.all.removed(from: text)
}

func escaped(_ text: String) -> String {
    escapingUnprintable(text)
}

extension String {
    /// Returns the text, or, where it has more bytes, its beginning and its end with the number of bytes left out
    /// between them.
    package func bounded(to limit: Int) -> String {
        if utf8.count <= limit { return self }
        let half = max(limit / 2 - 20, 1)
        let bytes = Array(utf8)
        let head = String(decoding: bytes.prefix(half), as: UTF8.self).droppingBroken(atEnd: true)
        let tail = String(decoding: bytes.suffix(half), as: UTF8.self).droppingBroken(atEnd: false)
        return "\(head)…(\(bytes.count - 2 * half) bytes left out)…\(tail)"
    }

    /// Returns the text without the character that was cut through.
    private func droppingBroken(atEnd: Bool) -> String {
        let broken: Unicode.Scalar = "\u{FFFD}"
        let kept =
            atEnd
            ? String.UnicodeScalarView(unicodeScalars.reversed().drop { $0 == broken }.reversed())
            : String.UnicodeScalarView(unicodeScalars.drop { $0 == broken })
        return String(kept)
    }
}
