import Foundation
import PlatformAPI
import Testing

/// What the API's answers are read as.
@Suite("an answer") struct HoldAnswerTests {
    static let category = """
        {"categoryId": "c", "available": 1, "pending": 2, "total": 3, "status": "low", "reservedQuantity": 1}
        """
    static func body(_ category: String, expiry: String = "5", success: Bool = true) -> String {
        """
        {"success": \(success), "data": {"holdToken": "t", "expiresAt": "x", "expiresAtEpoch": \(expiry),
        "categories": [\(category)], "more": 1}}
        """
    }

    @Test func isReadAsItsNumbers() throws {
        let answer = try HoldAnswer(body: Data(Self.body(Self.category).utf8))
        #expect(answer.holdToken == "t" && answer.expiresAt == "x" && answer.expiresAtEpoch == 5)
        let category = try #require(answer.categories.first)
        #expect([category.available, category.pending, category.total, category.reservedQuantity] == [1, 2, 3, 1])
    }

    @Test(arguments: [
        ("", "it is not JSON"), ("<html>", "it is not JSON"), ("[]", "of another type"),
        ("{}", "it has no success"), (#"{"success": true}"#, "it has no data"),
        (body(category, success: false), "success: false"),
        (body(category, expiry: #""soon""#), "its data.expiresAtEpoch is of another type"),
        (body(#"{"categoryId": "c"}"#), "it has no data.categories[0].available"),
        (body(category).replacing(#""t""#, with: #""""#), "its holdToken is empty"),
    ])
    func thatCannotBeUsedSaysWhy(_ body: String, _ words: String) {
        let error = #expect(throws: HoldAnswer.Unreadable.self) { try HoldAnswer(body: Data(body.utf8)) }
        #expect(error?.reason.contains(words) ?? false, "\(error?.reason ?? "")")
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/inventory/holds"),
        ("https://api.example/tickets/", "https://api.example/tickets/v1/inventory/holds"),
    ])
    func isAskedForBehindTheAddress(_ url: String, _ endpoint: String) throws {
        #expect(try APISettings(url: url).endpoint == endpoint)
    }
}
