import Foundation
import HoldModel
import Logging
import Output
import Reporting

/// Writes all of a result to stdout.
///
/// - Returns: the exit status of that: a failure, which is said on stderr, where stdout takes no more.
func printResult(_ result: Printed) -> ExitStatus {
    do {
        try StandardOutput.write(result)
        return []
    } catch {
        printError(
            "the result could not be written to stdout: \(error); what the run did is done",
            as: "result was not written")
        return .failed
    }
}

/// Says on stderr, in one line, what went wrong.
///
/// - Parameter message: the message of the JSON log, where the sentence is a field.
func printError(_ sentence: String, as message: Logger.Message = "command failed", _ fields: Logger.Metadata = [:]) {
    ProgramLog.tell(.error, message, fields.merging(["error": .string(sentence)]) { given, _ in given }, sentence)
}

/// This machine's clock, for the times of the report; expiry is never judged by it.
func currentTime() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
}

func currentUser() -> String {
    NSUserName()
}

func currentHost() -> String {
    ProcessInfo.processInfo.hostName
}
