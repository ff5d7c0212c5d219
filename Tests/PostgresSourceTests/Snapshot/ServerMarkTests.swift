import Testing

@testable import PostgresSource

@Suite("the server that a run has met")
struct ServerMarkTests {
    @Test("may not be a standby where only a primary will do, at the start or later")
    func mayNotBeStandby() throws {
        let error = #expect(throws: PostgresError.self) {
            try ServerMark(needsPrimary: true).meet(isStandby: true, start: "1", target: "x")
        }
        #expect(error == .standby(target: "x"))
        let mark = ServerMark(needsPrimary: true)
        try mark.meet(isStandby: false, start: "1", target: "x")
        #expect(throws: PostgresError.standby(target: "x")) {
            try mark.meet(isStandby: true, start: "1", target: "x")
        }
    }

    @Test("may not be another one where only a primary will do, as far as it says")
    func mayNotBeAnother() throws {
        let mark = ServerMark(needsPrimary: true)
        for start in ["1", nil, "1"] { try mark.meet(isStandby: false, start: start, target: "x") }
        #expect(throws: PostgresError.anotherServer(target: "x")) {
            try mark.meet(isStandby: false, start: "2", target: "x")
        }
    }

    @Test("may not become a standby in a run that looks, since that would wait for its primary")
    func mayNotBecomeStandby() throws {
        let mark = ServerMark(needsPrimary: false)
        try mark.meet(isStandby: false, start: "1", target: "x")
        #expect(throws: PostgresError.becameStandby(target: "x")) {
            try mark.meet(isStandby: true, start: "1", target: "x")
        }
    }

    @Test("may be a standby, be promoted, and be one of several in a run that looks")
    func mayBeStandby() throws {
        let mark = ServerMark(needsPrimary: false)
        try mark.meet(isStandby: true, start: "1", target: "x")
        #expect(mark.isStandby)
        #expect(mark.isOneServer)
        try mark.meet(isStandby: false, start: "1", target: "x")
        try mark.meet(isStandby: true, start: "2", target: "x")
        #expect(mark.isStandby)
        #expect(!mark.isOneServer)
    }
}
