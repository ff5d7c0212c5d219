import Foundation

/// How wide tables may be.
package enum TerminalWidth {
    /// Columns where stdout leads to no terminal.
    package static let usual = 120
    /// Columns for what is read whole where stdout leads to no terminal.
    package static let unbounded = 16_384
    /// A terminal may say anything.
    private static let allowed = 80...500

    /// The columns of the terminal that stdout leads to.
    ///
    /// - Parameter elsewhere: the columns where it leads to none.
    package static func ofStdout(elsewhere: Int = usual) -> Int {
        guard isatty(STDOUT_FILENO) == 1 else { return elsewhere }
        var size = winsize()
        let answer = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        guard answer == 0, size.ws_col > 0 else { return usual }
        return min(max(Int(size.ws_col), allowed.lowerBound), allowed.upperBound)
    }
}
