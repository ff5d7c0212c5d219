import Foundation
import TestServers
import Testing

/// A secret of every kind that the program can be given, each another text, and what peers make of them.
struct PlantedSecrets: Sendable, CustomTestStringConvertible {
    enum Shape: String, CaseIterable {
        case plain
        /// With everything that some form of quoting changes.
        case special
        /// Longer than what servers repeat of an argument.
        case long
    }

    let shape: Shape

    static let all = Shape.allCases.map { PlantedSecrets(shape: $0) }

    var testDescription: String { shape.rawValue }

    var postgresPassword: String { text("pgstring") }
    var postgresVariable: String { text("pgvariable") }
    var redisPassword: String { text("redis") }
    var workerToken: String { text("worker") }
    var apiToken: String { text("api") }
    let ingestionKey = "0badcafe-1111-2222-3333-44445555abcd"

    private func text(_ kind: String) -> String {
        switch shape {
        case .plain: "\(kind)Hunter2"
        case .special: kind + #"a@b/c:d?e#f&g%h+i"j'k\l=m;n<o>p"#
        case .long: kind + String(repeating: "Long0123", count: 40)
        }
    }

    private var all: [String] {
        [postgresPassword, postgresVariable, redisPassword, workerToken, apiToken, ingestionKey]
    }

    /// For libpq, in its own quotes.
    var postgresKeyword: String {
        "password='\(Self.quoted(postgresPassword, #"'\"#))'"
    }

    /// For a URL.
    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    /// All of them in all forms, as peers may repeat what they know; no line's end and no NUL.
    var repeated: String {
        all.flatMap(Self.forms).map { "'\($0)'" }.joined(separator: " ") + " Authorization: Bearer \(apiToken)"
            + " cut: \(redisPassword.prefix(100))"
    }

    /// Each form that stands in a text.
    func found(in text: String) -> [String] {
        (all.flatMap(Self.forms) + (shape == .long ? all.map { String($0.prefix(60)) } : [])).filter(text.contains)
    }

    private static func forms(of secret: String) -> [String] {
        let percent = encoded(secret)
        let json = quoted(secret, #""\"#)
        return [
            secret, percent, percent.replacing(#/%[0-9A-F]{2}/#) { $0.output.lowercased() }, json,
            json.replacing("/", with: "\\/"), secret.replacing("'", with: "''"), quoted(secret, #"'\"#),
            secret.replacing(#"\"#, with: #"\\"#),
        ] + encodings(of: secret)
    }

    private static func encodings(of secret: String) -> [String] {
        let base64 = Data(secret.utf8).base64EncodedString()
        let digits = secret.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return [
            base64, base64.replacing("=", with: ""), base64.replacing("+", with: "-").replacing("/", with: "_"),
            digits, digits.uppercased(), "\\x" + digits,
        ]
    }

    private static func quoted(_ text: String, _ characters: String) -> String {
        text.map { characters.contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// The environment that names all of them; addresses that a test gives win.
    func environment(_ given: [String: String?]) -> [String: String?] {
        var environment: [String: String?] = [
            // One that an address in another variable makes needless is a secret all the same.
            "DATABASE_URL": "postgresql://app:\(Self.encoded(postgresPassword))@127.0.0.1:1/t",
            "REDIS_PASSWORD": redisPassword, "PGPASSWORD": postgresVariable, "HOLD_RECONCILER_TOKEN": workerToken,
            "HOLD_RECONCILER_API_TOKEN": apiToken,
        ]
        environment.merge(given) { $1 }
        return environment
    }
}
