/// The reason why a file that somebody named is not used, in words that follow its path.
package struct UnusableFile: Error, CustomStringConvertible, Hashable {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}
