import Foundation
import Reporting

/// The columns of the terminal that stdout leads to; the usual ones where it leads to none.
func outputWidth() -> Int {
    guard isatty(STDOUT_FILENO) == 1 else { return RunReport.usualWidth }
    var size = winsize()
    let answer = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? max(Int(size.ws_col), 80) : RunReport.usualWidth
}
