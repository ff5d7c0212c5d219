import PostgresSource

/// Suspects whose looks take their steps together: what one of them asks for is told to all.
struct SuspectGroup {
    var suspects: [Suspect]
    /// What SQL knows of accepted checkouts, until the lists are read.
    var answers: CheckoutAnswers?
    /// What SQL says of them, once it was asked.
    var page: EventPage?
    var looks: PageLook?
    /// Why they must be left; `nil` while nothing speaks for that.
    var obstacle: String?

    func next(_ rules: StableLook.Rules) -> StableLook.Step? {
        rules.steps.first { step in suspects.contains { $0.look.next(rules) == step } }
    }

    mutating func tell(_ body: (inout StableLook) -> Void) {
        for place in suspects.indices { body(&suspects[place].look) }
    }
}
