/// The words of a command line, as far as an error about it may repeat them: a connection string without its quotes falls
/// into words of their own, and each may be its password.
struct UsageWords {
    /// The longest first: one may be part of another.
    private let hidden: [String]

    /// - Parameter arguments: of the process, its own name left out.
    init(_ arguments: [String]) {
        let namesServer = arguments.contains { word in Self.options.contains { word.hasPrefix($0) } }
        let words = arguments.flatMap { word -> [String] in
            guard word.hasPrefix("-"), let equals = word.firstIndex(of: "=") else { return [word] }
            return [word, String(word[word.index(after: equals)...])]
        }
        hidden = words.filter { word in
            let isName = word.hasPrefix("-") && !word.contains("=")
            return !isName && (namesServer || word.contains { "=:@;/,%".contains($0) })
        }.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// An error's text with `…` for each word that it quotes and that may be a secret.
    func removed(from text: String) -> String {
        hidden.reduce(text) { $0.replacing("'\($1)'", with: "'…'") }
    }

    private static let options = ["--postgres", "--redis", "--api"]
}
