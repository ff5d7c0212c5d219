import HoldModel
import Testing

/// The way back of one hold, as a table of facts.
@Suite struct HoldReturnTests {
    private static let expiry = HoldSurvey.epoch + 300

    private static func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }

    private static func entries(_ seats: Int64) -> String {
        #"[{"eventId":"gala","categoryId":"stalls","quantity":\#(seats)}]"#
    }

    private static func hash(
        _ status: HoldStatus, _ entries: String = entries(2), expiresAt: Int64? = nil
    ) -> WholeHash {
        let fields = [
            ("status", status.rawValue), ("expiresAtEpoch", String(expiry)), ("entries", entries), ("note", "ours"),
        ]
        return WholeHash(
            fields: fields.map { .init(name: Array($0.0.utf8), value: Array($0.1.utf8)) }, expiresAt: expiresAt)
    }

    private static func left(_ hold: HoldSurvey) -> EarlierState.Hold.Left {
        .init(fence: hold.fence, score: hold.score.text)
    }

    private static let score = text(expiry)
    private static let closed = HoldSurvey.sample("t", .expired)
    private static let held = HoldSurvey.sample("t", .held)

    private func back(_ hold: HoldSurvey, _ before: KeyImage, _ score: [UInt8]?, left: HoldSurvey) -> HoldReturn {
        HoldReturn(
            of: hold, to: EarlierState.Hold(before: before, score: score, left: [Self.left(left)]), now: noon)
    }

    @Test func aHashComesBackWithAllItsFieldsAndItsMember() {
        let before = Self.hash(.held, expiresAt: noon.milliseconds + 1)
        #expect(
            back(Self.closed, .hash(before), Self.score, left: Self.closed)
                == .change(
                    HoldChange(
                        token: HoldToken("t"), fence: Self.closed.fence, hash: .whole(before),
                        index: .text(Self.score)), leaving: before))
    }

    @Test func aHashThatWasNotThereGoesAndItsMemberWithIt() {
        #expect(
            back(Self.held, .absent, nil, left: Self.held)
                == .change(
                    HoldChange(token: HoldToken("t"), fence: Self.held.fence, hash: .delete, index: .remove),
                    leaving: nil))
    }

    @Test func onlyTheMemberHadChanged() {
        let before = Self.hash(.held)
        #expect(
            back(Self.held, .hash(before), Self.text(7), left: Self.held)
                == .change(
                    HoldChange(
                        token: HoldToken("t"), fence: Self.held.fence, hash: .keep, index: .text(Self.text(7))),
                    leaving: before))
    }

    @Test func itIsAsItWas() {
        #expect(back(Self.held, .hash(Self.hash(.held)), Self.score, left: Self.closed) == .none)
        #expect(back(.absent("t"), .absent, nil, left: Self.closed) == .none)
        #expect(back(Self.held, .untouched, Self.score, left: Self.closed) == .none)
    }

    @Test func itIsNotAsTheRunHasLeftIt() {
        let claimed = HoldSurvey.sample("t", .checkoutPending)
        let extended = HoldSurvey.sample("t", .expired, expires: 900)
        let listed = HoldSurvey.sample("t", .expired, score: .score(Self.text(9)))
        for hold in [claimed, extended, listed, .absent("t"), .zombie("t")] {
            #expect(back(hold, .hash(Self.hash(.held)), Self.score, left: Self.closed) == .moved)
        }
        #expect(back(Self.held, .untouched, Self.text(9), left: Self.held) == .moved)
    }

    /// It would be gone by now.
    @Test(arguments: [noon.milliseconds, noon.milliseconds - 1, 1])
    func aHashWhoseTimeIsOverIsNotBroughtBack(_ expiresAt: Int64) {
        let before = Self.hash(.held, expiresAt: expiresAt)
        #expect(
            back(Self.closed, .hash(before), nil, left: Self.closed)
                == .change(
                    HoldChange(token: HoldToken("t"), fence: Self.closed.fence, hash: .delete, index: .keep),
                    leaving: nil))
        #expect(back(.absent("t"), .hash(before), nil, left: Self.closed) == .none)
    }

    @Test func whatWasNoHashIsNotPutBack() {
        #expect(back(Self.held, .otherType, nil, left: Self.held) == .noHash)
    }

    /// A repair wrote other entries behind the same status and expiry.
    @Test func otherContentBehindTheSameFenceGoesBackToo() {
        let before = Self.hash(.held, "[]")
        #expect(
            back(Self.held, .hash(before), Self.score, left: Self.held)
                == .change(
                    HoldChange(token: HoldToken("t"), fence: Self.held.fence, hash: .whole(before), index: .keep),
                    leaving: before))
    }
}
