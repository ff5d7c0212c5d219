/// A certificate authority of one day, and a server's certificate signed by it for `localhost` and `127.0.0.1`.
struct Certificates: Sendable {
    /// What clients must trust.
    let authority: String
    let server: String
    let serverKey: String

    init(in folder: String) async throws {
        authority = "\(folder)/ca.crt"
        server = "\(folder)/server.crt"
        serverKey = "\(folder)/server.key"
        let openssl = try Tool("openssl", installedBy: "openssl")
        let request = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
        ]
        let authorityKey = "\(folder)/ca.key"
        try await openssl.run(request + ["-subj", "/CN=test authority", "-keyout", authorityKey, "-out", authority])
        try await openssl.run(
            request + [
                "-CA", authority, "-CAkey", authorityKey, "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                "-keyout", serverKey, "-out", server,
            ])
    }
}
