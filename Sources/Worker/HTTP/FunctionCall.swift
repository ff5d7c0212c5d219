import FoundationEssentials
import HTTPTypes
import HoldModel
import NIOCore
import Output
import Reconciliation
import Reporting

/// One call of the Azure Functions host: a timer has fired, and the host waits for the result
/// (https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers).
struct FunctionCall {
    let desk: RunDesk
    let job: Job

    private struct Reply: Encodable {
        struct Outputs: Encodable {}

        struct Value: Encodable {
            let run: String
            let job: String
            let result: String
            let exitStatus: Int32
        }

        let outputs = Outputs()
        let logs: [String]
        let returnValue: Value

        enum CodingKeys: String, CodingKey {
            case outputs = "Outputs"
            case logs = "Logs"
            case returnValue = "ReturnValue"
        }
    }

    func answer(to body: ByteBuffer) async throws -> Answer {
        guard FunctionEnvelope.isOne(Data(body.readableBytesView)) else {
            return .line(.badRequest, #"the body is not what the Functions host sends: {"Data": {…}, "Metadata": {…}}"#)
        }
        switch desk.order(job, from: .function) {
        case .stopping: return .line(.serviceUnavailable, "the worker is stopping")
        case .busy(let other): return .line(.conflict, "a run is under way: \(other)")
        case .accepted(let id):
            guard let run = await desk.end(of: id) else { return .line(.serviceUnavailable, "the worker is stopping") }
            return try answer(with: run)
        }
    }

    /// Returns the answer about a run. One that failed is not 200: the host takes every other status for a failed
    /// function.
    private func answer(with run: EndedRun) throws -> Answer {
        let reply = Reply(
            logs: lines(of: run),
            returnValue: Reply.Value(
                run: "\(run.id)", job: run.job.rawValue, result: run.result.rawValue,
                exitStatus: run.report.exitStatus.rawValue))
        return .json(
            run.result == .failed ? .internalServerError : .ok,
            text: try Printed(json: reply, isPretty: false, atMost: Printed.longestField))
    }

    private func lines(of run: EndedRun) -> [String] {
        let tally = run.report.tally
        let causes = tally.byCause.sorted { $0.key.rawValue < $1.key.rawValue }.map { cause, total in
            "\(cause.rawValue): \(total.count) \(total.count == 1 ? "finding" : "findings"), \(total.seats) seats"
        }
        return [
            "\(run.job.rawValue) \(run.result.rawValue), exit status \(run.report.exitStatus.rawValue), "
                + "\(tally.scanned.events) events, \(tally.scanned.holds) holds"
        ] + causes + [run.reason].compactMap(\.self)
    }
}
