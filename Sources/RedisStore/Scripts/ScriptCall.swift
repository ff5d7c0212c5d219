/// The keys and arguments of one script call, encoded as they are added.
package struct ScriptCall: Sendable {
    private var keyCount = 0
    private var words = WordBuffer()
    private var argumentsStarted = false

    package init() {}

    package mutating func addKey(_ key: [UInt8]) {
        precondition(!argumentsStarted, "keys come before arguments")
        keyCount += 1
        words.append(key)
    }

    /// Adds a key of two parts: the prefix of all such keys, and the id.
    package mutating func addKey(_ prefix: [UInt8], _ id: [UInt8]) {
        precondition(!argumentsStarted, "keys come before arguments")
        keyCount += 1
        words.append(prefix, id)
    }

    package mutating func addArgument(_ word: [UInt8]) {
        argumentsStarted = true
        words.append(word)
    }

    mutating func addArgument(_ word: Span<UInt8>) {
        argumentsStarted = true
        words.append(word)
    }

    @_disfavoredOverload
    package mutating func addArgument(_ text: String) {
        argumentsStarted = true
        words.append(text)
    }

    package mutating func addArgument(_ name: StaticString) {
        argumentsStarted = true
        words.append(name)
    }

    package mutating func addArgument(_ number: Int64) {
        argumentsStarted = true
        words.append(number)
    }

    mutating func addArguments(_ words: WordBuffer) {
        argumentsStarted = true
        self.words.append(words)
    }

    var keys: [[UInt8]] { Array(words.texts.prefix(keyCount)) }

    var arguments: [[UInt8]] { Array(words.texts.dropFirst(keyCount)) }

    /// - Parameter name: `EVALSHA`, or `EVALSHA_RO` where the server knows it.
    func command(_ name: String, _ digest: [UInt8]) -> RedisCommand {
        var command = RedisCommand(name)
        command.append(digest)
        command.append(Int64(keyCount))
        command.append(words)
        return command
    }
}
