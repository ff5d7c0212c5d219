import RedisStore

/// A Redis that can be made any world of one scenario, and read.
///
/// Where it should be a world already and somebody has looked since, it is read instead of made, so that a look is seen
/// to have changed nothing.
final class RaceRedis {
    /// What goes wrong between the search and Redis, apart from the schedule.
    struct Fault: Error {
        let reason: String
    }

    private let connection: RedisConnection
    private let reading: RedisCommand
    private let entering: RedisCommand
    private let holds: Int
    private let categories: Int
    /// What Redis is, where that is known.
    private var current: RedisImage?
    private var isLookedAt = false
    private var images: [[UInt8]: RedisImage] = [:]
    /// Images whose facts are kept.
    private static let mostImages = 20_000

    init(_ bench: Bench, _ model: RaceModel) {
        connection = bench.connection
        reading = bench.reading(model)
        entering = bench.entering(model)
        (holds, categories) = (model.holds.count, model.categories.count)
    }

    /// Makes Redis an image, for somebody who looks.
    ///
    /// - Parameter afresh: also where it is that image, so that no hash ends by Redis' own clock.
    func enter(_ image: RedisImage, afresh: Bool = false) async throws {
        if afresh { current = nil }
        if current != image { _ = try await run([], from: image) }
        isLookedAt = true
    }

    /// Runs commands in one write.
    ///
    /// - Parameter image: what Redis must be before; `nil` for whatever it is.
    /// - Returns: the replies that are words, and what Redis is then.
    func run(_ commands: [RedisCommand], from image: RedisImage?) async throws -> (words: [String?], after: RedisImage)
    {
        var first: [RedisCommand] = []
        var mustBe: RedisImage?
        if let image, current != image {
            var command = entering
            command.append(image.bytes)
            first = [command]
        } else if image != nil, isLookedAt {
            first = [reading]
            mustBe = image
        }
        (current, isLookedAt) = (nil, false)
        let replies = try await connection.replies(to: first + commands + [reading])
        for case .error(let message) in replies { throw Fault(reason: "Redis: \(message)") }
        if let mustBe, try read(replies[0]) != mustBe { throw Fault(reason: "a step that only looks has written") }
        let after = try read(replies[replies.count - 1])
        current = after
        return (replies.dropFirst(first.count).dropLast().map(\.text), after)
    }

    private func read(_ reply: RedisReply) throws -> RedisImage {
        guard let parts = reply.array, parts.count == 2, let bytes = parts[0].bytes, let facts = parts[1].bytes else {
            throw Fault(reason: "no image")
        }
        if let known = images[bytes] { return known }
        if images.count >= Self.mostImages { images = [:] }
        let image = RedisImage(bytes, facts: facts, holds: holds, categories: categories)
        images[bytes] = image
        return image
    }
}
