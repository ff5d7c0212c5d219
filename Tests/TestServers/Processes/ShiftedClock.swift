import Foundation

/// A process' own clock, some seconds off, and set right again while the process runs (Tests/ClockShift).
package struct ShiftedClock: Sendable {
    private let file: String
    private let library: String

    /// - Parameter folder: where the process can read a file.
    package init(in folder: String, seconds: Int) throws {
        file = "\(folder)/clock"
        // Tests and libraries are built into one folder.
        let bundle = ProcessInfo.processInfo.arguments.filter { $0.hasSuffix(".xctest") }
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let paths = ([own] + bundle).map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("libClockShift.so").path
        }
        guard let library = paths.first(where: FileManager.default.fileExists) else {
            throw TestServerError.missingTool(name: "libClockShift.so", installedBy: "hold-reconciler (swift build)")
        }
        self.library = library
        try set(seconds: seconds)
    }

    /// How far the clock is ahead from now on.
    package func set(seconds: Int) throws {
        try Data("\(seconds)\n".utf8).write(to: URL(fileURLWithPath: file))
    }

    /// The variables of a process that goes by this clock.
    package var environment: [String: String] {
        ["LD_PRELOAD": library, "CLOCK_SHIFT_FILE": file]
    }

    /// The words in front of a program's that set them.
    var words: [String] {
        ["env"] + environment.map { "\($0.key)=\($0.value)" }
    }
}
