import LuaScripts
import TestServers

/// Which of the program's scripts a call runs.
extension RedisCall {
    var luaScript: LuaScript? {
        guard let script else { return nil }
        // Read-only scripts have a line in front that tells the server so.
        return LuaScript.allCases.first { script.hasSuffix(String(decoding: $0.source, as: UTF8.self)) }
    }

    /// Whether it writes plans of events, or creates these in a transaction.
    var appliesPlans: Bool {
        luaScript == .apply || endsTransaction
    }

    /// Whether what was queued before it takes effect with it; a hot look queues nothing that writes.
    var endsTransaction: Bool { name == "EXEC" }

    /// Whether it writes what the platform reads; the lease is the program's own.
    var isWriting: Bool {
        guard let luaScript else { return endsTransaction }
        return ![.join, .renew, .yield].contains(luaScript) && !luaScript.isReadOnly
    }
}
