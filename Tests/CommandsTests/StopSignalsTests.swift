import Foundation
import Synchronization
import Testing

@testable import Commands

@Suite("Signals that are listened to")
struct StopSignalsTests {
    /// Each once, since Dispatch takes a while to forget a signal; those that end nobody where they are not heard.
    @Test("are heard from the moment on at which somebody listens", arguments: [SIGWINCH, SIGURG])
    func areHeardAtOnce(_ number: Int32) async throws {
        let (came, hear) = AsyncStream.makeStream(of: Int32.self)
        let signals = StopSignals([(number, "")]) { number, _ in hear.yield(number) }
        kill(getpid(), number)
        let silence = Task {
            try await Task.sleep(for: .seconds(5))
            hear.finish()
        }
        let heard = await came.first { _ in true }
        silence.cancel()
        signals.cancel()
        #expect(heard == number)
    }
}
