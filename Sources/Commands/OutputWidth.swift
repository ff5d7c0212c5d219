import Foundation
import Reporting

/// The columns of the terminal that stdout leads to; the usual ones where it leads to none.
func outputWidth() -> Int {
    var size = winsize()
    let isTerminal = isatty(STDOUT_FILENO) == 1 && unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isTerminal && size.ws_col > 0 ? max(Int(size.ws_col), 80) : RunReport.usualWidth
}
