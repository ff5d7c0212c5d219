import Testing

@testable import Worker

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", ListenAddress.tcp(host: "127.0.0.1", port: 8080)),
        ("localhost:0", .tcp(host: "localhost", port: 0)), ("[::1]:65535", .tcp(host: "::1", port: 65535)),
        ("/run/worker.sock", .unixSocket(path: "/run/worker.sock")), ("unix:/run/w", .unixSocket(path: "/run/w")),
    ])
    func isAHostWithAPortOrAPath(_ text: String, _ address: ListenAddress) {
        #expect(ListenAddress(text) == address)
    }

    @Test(arguments: ["", "8080", ":8080", "host:", "host:65536", "host:-1", "a b:1", "host/x:1", "worker.sock"])
    func anythingElseIsRefused(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test func aPathThatNoSocketCanHaveIsRefused() {
        #expect(ListenAddress("/" + String(repeating: "x", count: 107)) == nil)
    }
}
