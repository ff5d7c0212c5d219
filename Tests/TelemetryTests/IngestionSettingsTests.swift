import Telemetry
import Testing

/// The connection string of Application Insights.
@Suite("a connection string") struct IngestionSettingsTests {
    static let key = "InstrumentationKey=00000000-1111-2222-3333-444444444444"

    @Test(arguments: [
        (key, "https://dc.services.visualstudio.com"),
        (key + ";IngestionEndpoint=https://west-5.in.example/;LiveEndpoint=https://x", "https://west-5.in.example"),
        ("ingestionendpoint=http://127.0.0.1:80//; instrumentationKEY=abc", "http://127.0.0.1:80"),
        (key + ";EndpointSuffix=applicationinsights.example", "https://dc.applicationinsights.example"),
        (key + ";EndpointSuffix=insights.example;Location=westus2", "https://westus2.dc.insights.example"),
        ("Authorization=ikey;" + key + ";", "https://dc.services.visualstudio.com"),
    ])
    func saysWhereEventsGo(_ text: String, _ endpoint: String) throws {
        #expect(try IngestionSettings(connectionString: text).endpoint == endpoint)
    }

    @Test(arguments: [
        ("", "no InstrumentationKey"), ("nonsense", "no ="), ("InstrumentationKey=", "no InstrumentationKey"),
        ("IngestionEndpoint=https://x", "no InstrumentationKey"), ("InstrumentationKey=a b/c", "no such key"),
        (key + ";IngestionEndpoint=ftp://x", "no http"), (key + ";IngestionEndpoint=http://in.example", "plain http"),
        (key + ";IngestionEndpoint=http://127.0.0.1.in.example", "plain http"),
        (key + ";IngestionEndpoint=http://10.0.0.1", "plain http"), (key + ";IngestionEndpoint=https://", "no http"),
        (key + ";IngestionEndpoint=https://user@host", "no http"), (key + ";IngestionEndpoint=x y", "no http"),
    ])
    func thatCannotBeUsedSaysWhyAndNoValue(_ text: String, _ words: String) {
        let error = #expect(throws: IngestionSettings.Malformed.self) {
            try IngestionSettings(connectionString: text)
        }
        #expect(error?.description.contains(words) ?? false)
        #expect(error?.description.contains("0000") == false)
    }
}
