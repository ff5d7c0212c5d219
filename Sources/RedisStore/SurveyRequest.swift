package import HoldModel

/// What is asked of Redis for one event.
package struct SurveyRequest: Sendable {
    package let event: EventID
    package let categories: [CategoryID]
    /// Every token that SQL or the census knows for the event, each once.
    package let tokens: [HoldToken]

    package init(event: EventID, categories: [CategoryID], tokens: [HoldToken]) {
        self.event = event
        self.categories = categories
        self.tokens = tokens
    }
}
