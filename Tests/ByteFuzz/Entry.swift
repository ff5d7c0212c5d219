import Foundation

// What libFuzzer calls; `ops/fuzz-bytes` compiles it with the readers as one module, so that all of them tell which of their
// ways were taken. The target is named by the environment, read once.

private let target = ByteTarget(rawValue: ProcessInfo.processInfo.environment["BYTE_TARGET"] ?? "")

/// Gives one input to the target's reader; what is wrong ends the process, as libFuzzer wants it.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else { fatalError("BYTE_TARGET names no reader") }
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do throws(ByteTarget.Wrong) {
        try target.run(bytes)
    } catch {
        fatalError(error.what)
    }
    return 0
}
