import Foundation

/// Makes a FIFO that nobody reads or writes; whoever opens one waits for somebody at its other end.
package func makeFIFO(at path: String) throws {
    guard unsafe mkfifo(path, 0o600) == 0 else { throw TestServerError.options("no FIFO can be made at \(path)") }
}
