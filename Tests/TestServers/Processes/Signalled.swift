import Dispatch
import Foundation

/// A signal asked this process to end.
package struct Signalled: Error {
    let number: Int32

    static let numbers = [SIGHUP, SIGINT, SIGTERM]

    /// What a shell reports of a process that the signal ended.
    package var exitStatus: Int32 {
        128 + number
    }
}

/// Runs `body`, and cancels it when the process is asked to end, so that it can clean up.
///
/// - Throws: ``Signalled`` in that case, once `body` has ended; else what `body` throws.
package func untilSignalled<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
    let sources = Signalled.numbers.map { number in
        // The default action would end the process before its servers.
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { continuation.yield(number) }
        source.resume()
        return source
    }
    defer {
        for source in sources { source.cancel() }
    }
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await number in signals { throw Signalled(number: number) }
            throw CancellationError()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
