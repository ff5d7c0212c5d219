import ArgumentParser

struct InspectCommand: AsyncParsableCommand {
    func run() async throws {}
}
