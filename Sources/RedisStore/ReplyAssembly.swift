/// Puts a reply together from its parts, which come depth first: the parser says what it met, and nothing is kept twice.
struct ReplyAssembly {
    private struct OpenArray {
        let count: Int
        var elements: [RedisReply] = []
    }

    private var open: [OpenArray] = []
    private var finished: RedisReply?

    mutating func addArray(of count: Int) {
        guard count > 0 else { return add(.array([])) }
        var array = OpenArray(count: count)
        array.elements.reserveCapacity(count)
        open.append(array)
    }

    mutating func add(_ reply: RedisReply) {
        guard let last = open.indices.last else {
            finished = reply
            return
        }
        open[last].elements.append(reply)
        if open[last].elements.count == open[last].count { add(.array(open.removeLast().elements)) }
    }

    /// The whole reply, once; `nil` while parts are missing.
    mutating func take() -> RedisReply? {
        defer { finished = nil }
        return finished
    }
}
