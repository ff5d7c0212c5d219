/// A key as it was before a change.
package enum KeyImage: Sendable, Hashable {
    case absent
    case hash(WholeHash)
    case otherType
    /// The change is about the index member alone.
    case untouched
}
