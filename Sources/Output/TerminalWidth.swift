import Foundation

/// The width of tables, in columns.
package enum TerminalWidth {
    /// The width where stdout is no terminal.
    package static let usual = 120
    /// The width, where stdout is no terminal, of output that nobody wants shortened.
    package static let unbounded = 16_384
    /// The widths that are believed: a terminal may say anything.
    private static let allowed = 80...500

    /// Returns the width of the terminal that stdout leads to.
    ///
    /// - Parameter elsewhere: the width where it leads to none.
    package static func ofStdout(elsewhere: Int = usual) -> Int {
        guard isatty(STDOUT_FILENO) == 1 else { return elsewhere }
        var size = winsize()
        let answer = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        guard answer == 0, size.ws_col > 0 else { return usual }
        return min(max(Int(size.ws_col), allowed.lowerBound), allowed.upperBound)
    }
}
