import PostgresSource

/// Suspects whose looks take their steps together: what is read for one of them counts for all.
struct SuspectGroup {
    var suspects: [Suspect]
    /// What `api_idempotency` says of accepted checkouts, until the lists are read.
    var answers: CheckoutAnswers?
    /// The page that SQL has returned of them, once it was read.
    var page: EventPage?
    var looks: PageLook?
    /// Why nothing may be concluded of them; `nil` where something may.
    var obstacle: String?

    func next(_ rules: StableLook.Rules) -> StableLook.Step? {
        rules.steps.first { step in suspects.contains { $0.look.next(rules) == step } }
    }

    mutating func tell(_ body: (inout StableLook) -> Void) {
        for place in suspects.indices { body(&suspects[place].look) }
    }
}
