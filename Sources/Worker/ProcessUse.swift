import Foundation

/// How much of the machine this process uses, as Linux tells it.
struct ProcessUse {
    /// Zero where the system does not tell, as on any other than Linux.
    let residentBytes: Int64
    let openDescriptors: Int

    static func now() -> ProcessUse {
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        // Minus the descriptor that the folder was read with, which is closed by now.
        return ProcessUse(
            residentBytes: pages * Int64(sysconf(Int32(_SC_PAGESIZE))), openDescriptors: max(descriptors - 1, 0))
    }
}
