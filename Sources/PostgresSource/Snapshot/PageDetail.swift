/// How much of its orders a page of a walk shows.
package enum PageDetail: Sendable {
    /// All that a plan takes.
    case whole
    /// What a healthy hold is compared with: neither the seats of its order, which its own hash tells, nor what else only a
    /// plan asks for. An event whose rows cannot be used is not plain, and nothing says why.
    case brief
}
