/// Decides which words of a command line an error may repeat. A connection string without its quotes is split into
/// words, and each of them may be the password. Words that are long or not plain help nobody.
struct UsageWords {
    /// The words to hide, the longest first: one may be part of another.
    private let hidden: [String]

    /// - Parameter arguments: the arguments of the process, without its name.
    init(_ arguments: [String]) {
        let namesServer = arguments.contains { word in Self.options.contains { word.hasPrefix($0) } }
        let words = arguments.flatMap { word -> [String] in
            guard word.hasPrefix("-"), let equals = word.firstIndex(of: "=") else { return [word] }
            return [word, String(word[..<equals]), String(word[word.index(after: equals)...])]
        }
        hidden = words.filter { word in
            let isName = word.hasPrefix("-")
            return !Self.isPlain(word) || namesServer && !isName
        }.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// Returns an error's text with `…` for each word in it that may be a secret, or is not plain.
    func removed(from text: String) -> String {
        hidden.reduce(text) { $0.replacing("'\($1)'", with: "'…'") }
    }

    /// Whether a word has only characters of names and numbers.
    private static func isPlain(_ word: String) -> Bool {
        word.utf8.count <= 40
            && word.utf8.allSatisfy { byte in
                "-_.".utf8.contains(byte) || UnicodeScalar(byte).properties.isAlphabetic && byte < 0x80
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }

    private static let options = ["--postgres", "--redis", "--api"]
}
