import HTTPTypes
import Testing

@testable import Worker

@Suite("the names of a worker") struct AllowedHostsTests {
    private static let loopback = AllowedHosts(.tcp(host: "127.0.0.1", port: 8080), others: ["worker.internal"])
    private static let open = AllowedHosts(.tcp(host: "0.0.0.0", port: 8080), others: [])

    @Test(
        "on loopback are those of this machine, and what it is told",
        arguments: [
            "localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]", "[::1]:80", "worker.internal:9090",
        ])
    func areOfThisMachine(_ host: String) {
        #expect(Self.loopback.allow(host, HTTPFields()))
    }

    @Test(
        "on loopback are no others, whatever a page calls it",
        arguments: [
            nil, "", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
            "10.0.0.5:8080", "[fe80::1]", "localhost:80:80", "local host", "localhost/", "user@localhost", "[::1",
            "127.0.0", "0.0.0.0", "::1",
        ])
    func areNoOthers(_ host: String?) {
        #expect(!Self.loopback.allow(host, HTTPFields()))
    }

    @Test("on an open port are addresses too, which nobody can rebind, and still no names")
    func areAddresses() {
        for host in ["10.0.0.5:8080", "[fe80::1]:8080", "localhost:1", "0.0.0.0"] {
            #expect(Self.open.allow(host, HTTPFields()))
        }
        for host in ["evil.example", "10.0.0.5.evil.example", "256.0.0.1", nil] {
            #expect(!Self.open.allow(host, HTTPFields()))
        }
        let named = AllowedHosts(.tcp(host: "Worker.Internal", port: 80), others: [])
        #expect(named.allow("worker.internal", HTTPFields()))
    }

    @Test("come once; on a Unix socket nobody asks for them")
    func comeOnce() throws {
        var fields = HTTPFields()
        fields.append(HTTPField(name: try #require(HTTPField.Name("Host")), value: "localhost"))
        #expect(!Self.loopback.allow("localhost", fields))
        #expect(AllowedHosts(.unixSocket(path: "/run/w.sock"), others: []).allow("anything", fields))
    }
}
