/// One thing that the spot check compared, and how it stood.
package struct SpotLine: Sendable, Hashable {
    package enum Result: String, Sendable {
        /// What must be equal is.
        case ok
        /// What must be equal is not.
        case differs
        /// Others changed it meanwhile, or nobody says how it must be: told, not judged.
        case note
    }

    package let subject: String
    package let result: Result
    package let words: String

    package init(_ subject: String, _ result: Result, _ words: String) {
        self.subject = subject
        self.result = result
        self.words = words
    }

    /// A line about values that must be equal, each with whose it is.
    init(_ subject: String, equal values: [(whose: String, value: String)]) {
        let isEqual = Set(values.map(\.value)).count <= 1
        let told = values.map { "\($0.whose) \($0.value)" }.joined(separator: ", ")
        self.init(subject, isEqual ? .ok : .differs, told)
    }
}
