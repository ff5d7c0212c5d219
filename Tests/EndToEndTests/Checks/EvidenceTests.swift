import TestPlatform
import TestServers
import Testing

/// Evidence that cannot be read proves nothing: seats stay held, and the run says what it could not read.
@Suite(.postgres) struct EvidenceTests {
    static let rebuild = FinalizerBacklogTests.rebuild

    /// What cannot be read.
    enum Hidden: CaseIterable {
        case tableThatIsNotThere
        case tableThatTheRoleMayNotRead
        case queueThatTheUserMayNotRead
        case queueOfAnotherType
        case deadLettersOfAnotherType

        /// What the run names.
        var name: String {
            switch self {
            case .tableThatIsNotThere, .tableThatTheRoleMayNotRead: "api_idempotency"
            case .queueThatTheUserMayNotRead, .queueOfAnotherType: "queues:finalization"
            case .deadLettersOfAnotherType: "queues:finalization:dead-letter"
            }
        }
    }

    @Test(arguments: Hidden.allCases, ["live", "stopped"])
    func seatsStayHeldAndItIsSaid(_ hidden: Hidden, _ traffic: String) async throws {
        try await withPlatform { platform, program in
            let hold = try await StuckCheckout.failedCheckout.make(on: platform)
            try await platform.forget(hold)
            let environment = try await platform.hide(hidden)
            let arguments = Self.rebuild + ["--traffic", traffic, "--format", "json"]
            let run = try await program.run(arguments, environment: environment)
            #expect(run.status == 0, "\(run.message)")
            try await platform.expectHall(sold: 0, pending: 6)
            try await platform.expectKept(hold)
            let report = try run.document()
            #expect(!report.causes.contains("abandoned-checkout"))
            let told = report.warnings + report.findings.compactMap(\.detail) + [run.message]
            #expect(told.contains { $0.contains(hidden.name) }, "\(told)")
        }
    }

    /// The one who says that both lists are elsewhere has no evidence of what is in them, but for the age.
    @Test(arguments: [(StuckCheckout.failedCheckout, 6), (.failedConfirmation, 6), (.olderThanAnyQueue, 0)])
    func withoutListsOnlyAnAgeIsEvidence(_ stuck: StuckCheckout, _ pending: Int) async throws {
        try await withPlatform { platform, program in
            _ = try await stuck.make(on: platform)
            let report = try await program.report(Self.rebuild + ["--finalization-queue", "none"])
            #expect(report.exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: pending)
        }
    }

    /// An age is no evidence while a list that is there cannot be read.
    @Test func anOldOrderKeepsItsSeatsBesideAListThatCannotBeRead() async throws {
        try await withPlatform { platform, program in
            _ = try await StuckCheckout.olderThanAnyQueue.make(on: platform)
            _ = try await platform.hide(.queueOfAnotherType)
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 6)
        }
    }

    /// A deployment gives its lists another name.
    @Test func theListsAreThoseThatAreNamed() async throws {
        try await withPlatform { platform, program in
            _ = try await StuckCheckout.failedCheckoutWithAMessage.make(on: platform)
            try await platform.redis.command("RENAME", platform.queueKey, platform.keyPrefix + "jobs:tickets")
            let key = ["REDIS_FINALIZATION_QUEUE_KEY": "jobs:tickets"]
            let json = ["--format", "json"]
            #expect(try await program.run(Self.rebuild + json, environment: key).status == 0)
            try await platform.expectHall(sold: 0, pending: 6)
            let option = ["--finalization-queue", "jobs:tickets"]
            #expect(try await program.run(Self.rebuild + json + option).status == 0)
            try await platform.expectHall(sold: 0, pending: 6)
            #expect(try await program.run(Self.rebuild + json).status == 0)
            try await platform.expectHall(sold: 0, pending: 0)
        }
    }

    /// Who may not see whether an order is paid for sees a failed confirmation all the same.
    @Test func aPaymentStatusIsNotNeeded() async throws {
        try await withPlatform { platform, program in
            _ = try await StuckCheckout.failedConfirmation.make(on: platform)
            let role = try await platform.addReadingRole()
            try await platform.sql("REVOKE SELECT (payment_status) ON orders FROM \(role)")
            let report = try await program.report(Self.rebuild + ["--postgres", platform.connectionString(of: role)])
            #expect(report.exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 0)
        }
    }

    /// What is no message is nobody's order; the run goes on.
    @Test(arguments: ["", "{", "[]", "7", #"{"payload": null}"#, #"{"payload": {"holdToken": 5}}"#])
    func aMessageThatCannotBeReadStopsNoRun(_ text: String) async throws {
        try await withPlatform { platform, program in
            let hold = try await StuckCheckout.failedCheckoutWithAMessage.make(on: platform)
            try await platform.redis.command("LPUSH", platform.queueKey, text)
            try await platform.redis.command("RPUSH", platform.deadLetterKey, text)
            let report = try await program.report(Self.rebuild)
            #expect(report.exitStatus == 0)
            #expect(report.error == nil)
            try await platform.expectHall(sold: 0, pending: 6)
            try await platform.expectKept(hold)
        }
    }

    /// One pass finds the message of every order, however many others wait.
    @Test func aMessageIsFoundAmongThousands() async throws {
        try await withPlatform { platform, program in
            let hold = try await StuckCheckout.failedCheckoutWithAMessage.make(on: platform)
            let others = """
                for number = 1, 20000 do
                    local text = '{"payload":{"orderId":"other-' .. number .. '","holdToken":"other-' .. number .. '"}}'
                    redis.call(number % 2 == 0 and 'LPUSH' or 'RPUSH', KEYS[1], text)
                    redis.call('LPUSH', KEYS[2], text)
                end
                """
            try await platform.redis.eval(others, keys: [platform.queueKey, platform.deadLetterKey])
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 6)
            try await platform.expectKept(hold)
        }
    }

    /// An order id that is a number stands as one in JSON.
    @Test func aMessageNamesItsOrderByANumber() async throws {
        try await withPlatform { platform, program in
            _ = try await StuckCheckout.failedCheckout.make(on: platform)
            try await platform.sql("ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey")
            try await platform.sql("UPDATE orders SET id = '4711'; UPDATE order_items SET order_id = '4711'")
            try await platform.redis.command("LPUSH", platform.queueKey, #"{"payload": {"orderId": 4711}}"#)
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 6)
        }
    }
}

extension Platform {
    /// - Returns: the environment of who cannot see it.
    fileprivate func hide(_ hidden: EvidenceTests.Hidden) async throws -> [String: String?] {
        switch hidden {
        case .tableThatIsNotThere: try await sql("DROP TABLE api_idempotency")
        case .tableThatTheRoleMayNotRead:
            let role = try await addReadingRole()
            try await sql("REVOKE ALL ON api_idempotency FROM \(role)")
            return ["POSTGRES_CONNECTION_STRING": connectionString(of: role)]
        case .queueThatTheUserMayNotRead:
            try await redis.command("ACL", "SETUSER", "blind", "on", ">blind", "~*", "&*", "+@all", "-llen", "-lrange")
            return ["REDIS_USERNAME": "blind", "REDIS_PASSWORD": "blind"]
        case .queueOfAnotherType: try await redis.command("SET", queueKey, "text")
        case .deadLettersOfAnotherType: try await redis.command("HSET", deadLetterKey, "field", "value")
        }
        return [:]
    }
}
