import Testing

@testable import Worker

@Suite struct BearerTokenTests {
    @Test func onlyTheWholeTokenMatches() throws {
        let token = try #require(BearerToken("secret"))
        #expect(token.matches("secret"))
        for wrong in ["", "s", "secre", "secrets", "secretsecret", "Secret", "secreu", "\0secret"] {
            #expect(!token.matches(wrong), "\(wrong)")
        }
    }

    @Test func anEmptyTokenIsNone() {
        #expect(BearerToken("") == nil)
    }

    @Test func itDoesNotDescribeItself() throws {
        let token = try #require(BearerToken("secret"))
        #expect(!"\(token)".contains("secret"))
    }
}
