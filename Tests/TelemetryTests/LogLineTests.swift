import Foundation
import HoldModel
import Logging
import Output
import Synchronization
import Telemetry
import Testing

/// Lines of the log for programs, and the same for people.
@Suite("a log line") struct LogLineTests {
    static let trace = TraceContext(
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: nil)

    private final class Lines: Sendable {
        private let written = Mutex<[String]>([])

        var all: [String] {
            written.withLock { $0 }
        }

        func add(_ line: String) {
            written.withLock { $0.append(line) }
        }
    }

    private func lines(_ format: LogFormat, _ body: (Logger) -> Void) -> [String] {
        let lines = Lines()
        body(
            Logger(label: "test") { _ in
                StderrLogHandler(
                    format: format, trace: { Self.trace }, now: { Timestamp(milliseconds: 0) },
                    write: { lines.add($0.text) }
                )
            })
        return lines.all
    }

    @Test func carriesValuesAsFields() throws {
        let line = try #require(
            lines(.json) { logger in
                logger.warning(
                    "run has a warning",
                    metadata: [
                        "count": .stringConvertible(3), "is": .stringConvertible(true), "list": ["a", "b"],
                        "share": .stringConvertible(0.5), "message": "not this", "sentence": "for people",
                    ])
            }.first)
        #expect(line.hasPrefix(#"{"time":"1970-01-01T00:00:00.000Z","level":"warning","message":"run has a warning","#))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["count"] as? Int == 3)
        #expect(object["is"] as? Bool == true)
        #expect(object["share"] as? Double == 0.5)
        #expect(object["list"] as? [String] == ["a", "b"])
        #expect(object["traceId"] as? String == Self.trace.traceID)
        #expect(object["spanId"] as? String == Self.trace.spanID)
        #expect(object["sentence"] == nil)
    }

    @Test(arguments: ["plain", "a \"quote\" \\ and\nlines\r\t", "\u{0}\u{1B}[31m\u{7F}\u{9B}\u{2028}", "Füße 🎟", ""])
    func isOneLineAndReadsBackAsItWas(_ text: String) throws {
        let line = try #require(lines(.json) { $0.error("failed", metadata: ["error": .string(text)]) }.first)
        #expect(line.filter(\.isNewline).count == 1 && line.last == "\n")
        #expect(line.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && $0.value != 0x9B })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["error"] as? String == text)
    }

    @Test func tellsPeopleASentence() {
        let written = lines(.text) { logger in
            logger.error("failed", metadata: ["sentence": "it failed\nbecause", "error": "x"])
            logger.info("server started", metadata: ["port": "1", "host": "h"])
            logger.debug("not told")
        }
        #expect(
            written == ["hold-reconciler: it failed because\n", "hold-reconciler: server started host=h port=1\n"])
    }
}
