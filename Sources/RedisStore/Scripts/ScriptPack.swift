/// One call of a script that takes several plans.
struct ScriptPack {
    var call = ScriptCall()
    /// How many plans the call has; the reply has an outcome for each.
    var parts = 0
    /// How many keys all of them have.
    var keys = 0
}
