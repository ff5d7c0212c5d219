/// Something that no text of the program may contain.
package enum Secret: Sendable, Hashable {
    /// A password, a token or a key: to know its beginning is to know most of it.
    case credential(String)
    /// A connection string as it was given. Its beginning says where a server is, which is no secret.
    case connectionString(String)

    var text: String {
        switch self {
        case .credential(let text), .connectionString(let text): text
        }
    }

    /// Whether it is a secret only as a whole.
    var isWhole: Bool {
        if case .connectionString = self { true } else { false }
    }
}
