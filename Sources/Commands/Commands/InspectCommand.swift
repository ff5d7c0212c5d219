import ArgumentParser
import HoldModel
import Logging
import Output
import Reconciliation
import Reporting

/// The command `inspect`: shows one event, category or hold, SQL beside Redis.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show SQL beside Redis for an event, a category or a hold, with the verdicts; cannot write.",
        discussion: "Exit status 0 says that there was something to show, not that the two agree: check says that.")

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions

    @Argument(help: "The event's id.")
    var event: String?

    @Argument(help: "Only this category.")
    var category: String?

    @Option(help: "Only this hold; its event is looked up.")
    var hold: String?

    func validate() throws {
        if event?.isEmpty ?? true && hold?.isEmpty ?? true {
            throw ValidationError("give an event's id, or --hold TOKEN")
        }
    }

    func run() async throws {
        let queue = try policy.queue()
        let policy = try policy.policy(.rebuild)
        let token = hold.map { HoldToken($0) }
        let addresses = try servers.addresses()
        do {
            let inspection = try await Servers.with(addresses, executes: false) { servers in
                for lack in servers.lacks {
                    ProgramLog.tell(.warning, "inspection has a warning", ["warning": .string(lack)], lack)
                }
                let inspector = Inspector(servers.source, servers.store, policy: policy, queue: queue)
                let event =
                    if let event { EventID(event) } else { try await inspector.event(of: token ?? HoldToken("")) }
                return try await inspector.inspect(event)
            }
            let sheet = try InspectionSheet(
                inspection, category: category.map { CategoryID($0) }, token: token,
                width: TerminalWidth.ofStdout(elsewhere: TerminalWidth.unbounded))
            let status = printResult(sheet.printed)
            if status != [] { throw ExitCode(status.rawValue) }
        } catch let error as ExitCode {
            throw error
        } catch let error as ValidationError {
            throw error
        } catch {
            printError(told(error))
            throw ExitCode(ExitStatus(error).rawValue)
        }
    }
}
