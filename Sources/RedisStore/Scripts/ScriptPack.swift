/// One call of a script that takes several plans.
struct ScriptPack {
    var call = ScriptCall()
    /// Plans in the call: the reply has an outcome for each.
    var parts = 0
    /// Keys of all of them.
    var keys = 0
}
