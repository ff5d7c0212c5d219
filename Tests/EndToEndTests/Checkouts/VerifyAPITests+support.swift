import Foundation
import TestPlatform
import TestServers
import Testing

extension Platform {
    /// Looks for holds of an API's requesters apart from the program: each hash must say that it is over, and none of them
    /// may be in the index.
    func expectNothingHeld(for api: HoldAPI, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let keys = try await redis.command("KEYS", holdKeyPrefix + "*").split(separator: "\n").map(String.init)
        let index = try await index()
        let requesters = try api.requests.map { request in
            try JSONDecoder().decode(Wanted.self, from: Data(request.body.utf8)).requesterId
        }
        #expect(Set(requesters).count == requesters.count, sourceLocation: sourceLocation)
        for key in keys where key != indexKey {
            let token = String(key.dropFirst(holdKeyPrefix.count))
            let hash = try await hold(token)
            guard requesters.contains(where: { hash["metadata"]?.contains("\"\($0)\"") ?? false }) else { continue }
            #expect(hash["status"] == "cancelled", "\(token)", sourceLocation: sourceLocation)
            #expect(hash["releaseReason"] == "hold-reconciler:verify-api", sourceLocation: sourceLocation)
            #expect(index[token] == nil, "\(token)", sourceLocation: sourceLocation)
        }
    }

    /// The seats of the event `gala`, by category and field.
    func seats() async throws -> [String: [String: String]] {
        var seats: [String: [String: String]] = [:]
        for category in ["gala stalls", "gala circle"] {
            seats[category] = try await inventory(event: "gala", category: category)
            seats[category]?["version"] = nil
        }
        return seats
    }

    private struct Wanted: Decodable {
        let requesterId: String
    }
}

extension HoldAPI.Reply {
    /// The answer with something in it changed.
    func with(_ change: (inout HoldAPI.Reply) -> Void) -> HTTPServer.Answer {
        var reply = self
        change(&reply)
        return reply.answer
    }
}

extension Program.Run {
    /// What the spot check says differs.
    var differences: [String] {
        output.split(separator: "\n").filter { $0.hasPrefix("DIFF") }
            .map { line in line.dropFirst(6).split(separator: "  ")[0].trimmingCharacters(in: .whitespaces) }
    }
}
