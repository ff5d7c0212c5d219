import LuaScripts
import TestServers

/// Which of the program's scripts a call runs.
extension RedisCall {
    var luaScript: LuaScript? {
        guard let script else { return nil }
        // Read-only scripts have a line in front that tells the server so.
        return LuaScript.allCases.first { script.hasSuffix(String(decoding: $0.source, as: UTF8.self)) }
    }

    /// Whether it writes plans of events: those that create all they touch go by a script of their own.
    var appliesPlans: Bool {
        luaScript == .apply || luaScript == .create
    }

    /// Whether it writes what the platform reads; the lease is the program's own.
    var isWriting: Bool {
        guard let luaScript, ![.join, .renew, .yield].contains(luaScript) else { return false }
        return !luaScript.isReadOnly
    }
}
