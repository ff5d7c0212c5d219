import ConnectionStrings
import HoldModel

/// Bytes of an error that are kept: what a server says of a failure, and not what it sends to fill memory.
private let longestError = 8192

/// What may be told of an error: its words, without any secret that a server or a library repeats, and bounded. They are
/// made printable where they are printed.
package func told(_ error: any Error) -> String {
    told(String(describing: error))
}

/// The same of a sentence that may hold a server's words.
package func told(_ sentence: String) -> String {
    withoutSecrets(sentence).bounded(to: longestError)
}

/// The start of what a peer has sent, fit for a sentence.
///
/// - Parameter limit: bytes that are shown at the most.
package func excerpt(of bytes: [UInt8], atMost limit: Int) -> String {
    // A secret is looked for before anything is cut off.
    let text = withoutSecrets(String(decoding: bytes, as: UTF8.self))
    let start = Array(text.utf8.prefix(limit))
    return printable(start) + (text.utf8.count > limit ? "…" : "")
}

/// A cell of a table, which its table shortens: nothing that is left of it shows a part of a secret.
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
    /// The text, or where it has more bytes, its beginning and its end with the number of bytes that are left out.
    package func bounded(to limit: Int) -> String {
        if utf8.count <= limit { return self }
        let half = max(limit / 2 - 20, 1)
        let bytes = Array(utf8)
        let head = String(decoding: bytes.prefix(half), as: UTF8.self).droppingBroken(atEnd: true)
        let tail = String(decoding: bytes.suffix(half), as: UTF8.self).droppingBroken(atEnd: false)
        return "\(head)…(\(bytes.count - 2 * half) bytes left out)…\(tail)"
    }

    /// Without the character that a cut through its bytes has broken.
    private func droppingBroken(atEnd: Bool) -> String {
        let broken: Unicode.Scalar = "\u{FFFD}"
        let kept =
            atEnd
            ? String.UnicodeScalarView(unicodeScalars.reversed().drop { $0 == broken }.reversed())
            : String.UnicodeScalarView(unicodeScalars.drop { $0 == broken })
        return String(kept)
    }
}
