/// Whether a message is one line of plain text, as logs and terminals want it.
func isOneLine(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}
