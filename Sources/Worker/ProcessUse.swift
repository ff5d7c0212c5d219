import Foundation

/// What this process uses of the machine, as Linux tells it.
struct ProcessUse {
    /// Zero where the system does not tell, as elsewhere than on Linux.
    let residentBytes: Int64
    let openDescriptors: Int

    static func now() -> ProcessUse {
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        // The one that the folder itself was read with is closed by now.
        return ProcessUse(
            residentBytes: pages * Int64(sysconf(Int32(_SC_PAGESIZE))), openDescriptors: max(descriptors - 1, 0))
    }
}
