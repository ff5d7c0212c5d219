import ConnectionStrings
import HoldModel
import Output

/// An event as the ingestion endpoint accepts it: an envelope of the type `EventData`.
struct EventEnvelope: Encodable {
    /// The longest value of a property. The endpoint refuses an event with a longer one.
    private static let longestValue = 8192

    private struct EventContent: Encodable {
        let ver = 2
        let name: String
        let properties: [String: String]
        let measurements: [String: Double]
    }

    private struct TypedContent: Encodable {
        let baseType = "EventData"
        let baseData: EventContent
    }

    private let ver = 1
    private let name: String
    private let time: String
    private let iKey: String
    private let tags: [String: String]
    private let data: TypedContent

    /// - Parameter source: the sender, for the `ai.…` tags.
    init(_ event: CustomEvent, key: String, source: EventSource) {
        name = "Microsoft.ApplicationInsights.\(key.filter { $0 != "-" }).Event"
        time = event.time.iso8601
        iKey = key
        var tags = [
            "ai.cloud.role": source.role, "ai.cloud.roleInstance": source.instance,
            "ai.application.ver": source.version, "ai.operation.id": event.operationID,
        ]
        tags["ai.operation.parentId"] = event.parentID
        self.tags = tags
        data = TypedContent(
            baseData: EventContent(
                name: event.name,
                properties: event.properties.mapValues { Printed(line: $0, atMost: Self.longestValue).text },
                measurements: event.measurements.filter { $0.value.isFinite }))
    }

    /// Returns the body of a request: one JSON array. Its properties have lost every secret before, so that only the
    /// endpoint's own key is in it.
    static func body(_ envelopes: [EventEnvelope]) throws -> Printed {
        try Printed(json: envelopes, isPretty: false, without: Secrets([]))
    }
}

/// The sender of events.
package struct EventSource: Sendable {
    package let role: String
    /// The host.
    package let instance: String
    package let version: String

    package init(role: String, instance: String, version: String) {
        self.role = role
        self.instance = instance
        self.version = version
    }
}
