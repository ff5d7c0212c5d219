/// The result of one call of a script.
typealias ScriptAnswer = Result<RedisReply, ScriptFailure>

/// The failure of a call: no answer came, or an error.
struct ScriptFailure: Error {
    let cause: any Error
    /// Whether the call may have run all the same, in whole or in part.
    let mayHaveRun: Bool

    /// Whether the server does not know the script, so that nothing ran.
    var isMissingScript: Bool {
        (cause as? RedisError)?.code == "NOSCRIPT"
    }
}

extension ScriptAnswer {
    var failure: ScriptFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
