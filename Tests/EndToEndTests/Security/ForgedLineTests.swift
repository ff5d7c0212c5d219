import Foundation
import TestPlatform
import TestServers
import Testing

/// Whoever writes a text that the program tells: it forges no line, steers no terminal, and does not fill the log.
@Suite(.postgres) struct ForgedLineTests {
    private static let forged = "hold-reconciler: forged"
    private static let hostile = "a\n\(forged)\r\u{1B}[2J\u{9B}31m\u{202E}b\u{2028}c"

    private func expectQuiet(_ text: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for scalar in text.unicodeScalars where scalar != "\n" {
            let category = scalar.properties.generalCategory
            #expect(
                ![.control, .format, .lineSeparator, .paragraphSeparator].contains(category),
                "\(what): U+\(String(scalar.value, radix: 16)) in \(text.debugDescription)",
                sourceLocation: sourceLocation)
        }
        #expect(
            !text.split(separator: "\n").contains { $0.hasPrefix(Self.forged) }, "\(what): \(text)",
            sourceLocation: sourceLocation)
    }

    @Test("A status of an order, in every format, in the log, the report and over HTTP")
    func inOrders() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            try await platform.orderB(try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)]))
            let status =
                "E'a\\n\(Self.forged)\\r\\x1b[2J' || chr(155) || chr(8238) || chr(8232) || repeat('x', 1000000)"
            try await platform.sql("UPDATE orders SET status = \(status)")
            let log = "\(platform.redis.folder)/maintenance.log"
            for arguments in [
                ["check", "--maintenance-log", log], ["check", "--format", "json"], ["inspect", "gala"], ["purge"],
                ["rebuild", "--holds", "rebuild"],
            ] {
                let run = try await program.run(arguments)
                expectQuiet(run.output, "\(arguments)")
                expectQuiet(run.message, "\(arguments)")
                #expect(run.output.utf8.count < 20_000)
            }
            expectQuiet(try String(contentsOfFile: log, encoding: .utf8), log)
            let report = try await program.report("check")
            #expect(report.findings.contains { $0.detail?.contains("status 'a\\n") == true }, "\(report.findings)")
            let end = try await program.worker(["--check-every", "1s"]) { worker in
                _ = try await worker.wait(for: "a report") { try await worker.json("/report", as: Document.self) }
                for path in ["/report", "/schedule", "/readyz", "/metrics"] {
                    expectQuiet(try #require(try await worker.http.get(path)).body, path)
                }
            }
            expectQuiet(end.message, "worker")
        }
    }

    @Test("Options, paths and words of the command line", arguments: ["text", "json"])
    func inOptions(_ format: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let folder = "\(platform.redis.folder)/"
            let text = Self.hostile
            for arguments in [
                ["check", text], ["check", "--\(text)"], ["check", "--format", text], ["check", "--attempts=\(text)"],
                ["check", "--shard", text], ["check", "--event", text], ["check", "--key-prefix", text],
                ["check", "--maintenance-log", "\(folder)no/\(text)"], ["check", "--finalization-queue", text],
                ["check", "--redis-ca-file", text, "--redis", "rediss://127.0.0.1:1"],
                ["check", "--abandoned-after", text],
                ["inspect", text], ["inspect", "--hold", text], [text], ["worker", "--config", "\(folder)\(text)"],
                ["worker", "--check-every", text], ["worker", "--listen", "\(folder)no/\(text)"],
                ["worker", "--listen", "no\(text):1"], ["worker", "--show-config", "--listen", "\(folder)\(text)"],
                ["verify-api", "--api", "http://127.0.0.1:1", "--event", text, "--category", text],
                ["check", "--" + String(repeating: "x", count: 100_000)],
                ["check", "--format", String(repeating: "x", count: 100_000)],
            ] {
                let run = try await program.run(arguments, environment: ["HOLD_RECONCILER_LOG_FORMAT": format])
                expectQuiet(run.message, "\(arguments)")
                expectQuiet(run.output, "\(arguments)")
                #expect(run.message.utf8.count < 20_000)
                #expect(!run.message.isEmpty || !run.output.isEmpty)
            }
        }
    }

    @Test("A worker that listens on a path with a line's end in it says so in one line")
    func inAPath() async throws {
        try await withPlatform { platform, program in
            let path = "\(platform.redis.folder)/a\n\(Self.forged)"
            let run = try await program.run(["worker", "--listen", path]) { pid in
                try await program.wait(for: "on the schedule", from: pid)
                kill(pid, SIGTERM)
            }
            expectQuiet(run.message, "worker")
            #expect(run.message.contains("listening on \(platform.redis.folder)/a\\nhold-reconciler: forged"))
        }
    }
}
