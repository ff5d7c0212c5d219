/// How much a page of a walk has of its orders.
package enum PageDetail: Sendable {
    /// All that a plan needs.
    case whole
    /// Only what a healthy hold is compared with. It lacks the seats of orders, which the holds' own hashes have, and
    /// whatever else only a plan needs. An event with unusable rows is not plain; the page does not say why.
    case brief
}
