/// One thing that the spot check compared, and the result.
package struct SpotLine: Sendable, Hashable {
    package enum Result: String, Sendable {
        /// The values are equal, as they must be.
        case ok
        /// The values are not equal, and must be.
        case differs
        /// Others changed it meanwhile, or nothing says how it must be: it is shown, not judged.
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

    /// Makes a line about values that must be equal, each with where it comes from.
    init(_ subject: String, equal values: [(whose: String, value: String)]) {
        let isEqual = Set(values.map(\.value)).count <= 1
        let told = values.map { "\($0.whose) \($0.value)" }.joined(separator: ", ")
        self.init(subject, isEqual ? .ok : .differs, told)
    }
}
