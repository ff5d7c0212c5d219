import ArgumentParser

/// The options for the output of a run.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    @Option(help: "table for people, json for programs; one document on stdout.")
    var format: Format = .table

    @Option(help: "Findings shown one by one; totals always count all.")
    var maxFindings: Int = 1000

    @Option(help: "Append one JSON line about the run to this file.")
    var maintenanceLog: String?

    func validate() throws {
        guard (0...1_000_000).contains(maxFindings) else { throw ValidationError("--max-findings is 0 to 1000000") }
    }
}
