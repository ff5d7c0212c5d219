import ConnectionStrings
import Foundation
import Output
import Testing

/// JSON that leaves the program: whole for who reads it, and quiet on a terminal.
@Suite("printed JSON") struct JSONTests {
    private struct Document: Codable, Equatable {
        var text = ""
        var list: [String] = []
        var number = 12_345_678
        var jsonSecretName = true
    }

    static let texts =
        PrintedTests.hostile + [
            #"a "quote" \ and / \u0041"#, "Füße 🎟 e\u{301} 👩‍👩‍👧", "", "\t\u{8}\u{c}", #"{"a": "b\\"}"#, "\\", "\"",
            "\u{7F}é",
        ]

    @Test("reads back as it was, and steers no terminal", arguments: texts)
    func readsBack(_ text: String) throws {
        let document = Document(text: text, list: [text, "plain", text])
        for isPretty in [true, false] {
            let json = try Printed(json: document, isPretty: isPretty).text
            #expect(try JSONDecoder().decode(Document.self, from: Data(json.utf8)) == document)
            for scalar in json.unicodeScalars where scalar != "\n" && scalar.value != 0x200D {
                #expect(![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory), "\(json)")
            }
        }
        let line = LoggedValue.line(["text": .text(text)]).text
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(object?["text"] == text)
    }

    @Test("loses secrets in its texts; names and numbers stay, so that it can be read")
    func losesSecrets() throws {
        let secrets = Secrets(["12345678", #"j"son\secret"#, "jsonSecretName"].map { Secret.credential($0) })
        let document = Document(text: #"it said j"son\secret"#, list: ["12345678", "jsonSecretName"])
        let json = try Printed(json: document, isPretty: false, without: secrets).text
        let read = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
        #expect(read == Document(text: "it said (hidden)", list: ["(hidden)", "(hidden)"]))
    }

    @Test("bounds each text")
    func boundsTexts() throws {
        let document = Document(text: String(repeating: "\u{1B}", count: 100_000), list: ["short"])
        let json = try Printed(json: document, isPretty: false, atMost: 1000).text
        #expect(json.utf8.count < 8000)
        let read = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
        #expect(read.text.contains("bytes left out") && read.list == ["short"])
    }
}
