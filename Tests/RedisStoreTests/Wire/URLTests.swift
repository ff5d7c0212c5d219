import RedisStore
import Testing

@Suite("a Redis URL")
struct URLTests {
    static let readable: [(String, RedisSettings)] = [
        ("redis://cache", RedisSettings(endpoint: .tcp(host: "cache", port: 6379))),
        ("redis://cache:7000/3", RedisSettings(endpoint: .tcp(host: "cache", port: 7000), database: 3)),
        ("REDIS://cache/", RedisSettings(endpoint: .tcp(host: "cache", port: 6379))),
        ("redis://[::1]:7000", RedisSettings(endpoint: .tcp(host: "::1", port: 7000))),
        ("redis://:secret@10.0.0.1", RedisSettings(endpoint: .tcp(host: "10.0.0.1", port: 6379), password: "secret")),
        (
            "redis://me:p%40ss%3A%2F%3F%23%25@cache",
            RedisSettings(endpoint: .tcp(host: "cache", port: 6379), username: "me", password: "p@ss:/?#%")
        ),
        // Not quite a URL, and still of one meaning only.
        (
            "redis://me:pw@more%@cache",
            RedisSettings(endpoint: .tcp(host: "cache", port: 6379), username: "me", password: "pw@more%")
        ),
        (
            "rediss://me@cache",
            RedisSettings(endpoint: .tcp(host: "cache", port: 6379), tls: .init(), username: "me")
        ),
        ("unix:///run/redis.sock", RedisSettings(endpoint: .unixSocket(path: "/run/redis.sock"))),
        (
            "unix://:secret@/run/my%20redis.sock?db=2",
            RedisSettings(endpoint: .unixSocket(path: "/run/my redis.sock"), password: "secret", database: 2)
        ),
        ("redis+unix:///run/redis.sock", RedisSettings(endpoint: .unixSocket(path: "/run/redis.sock"))),
    ]

    @Test("is read", arguments: readable)
    func isRead(_ url: String, _ settings: RedisSettings) throws {
        #expect(try RedisSettings(url: url) == settings)
    }

    @Test(
        "that cannot be read is refused, and is not repeated, since it may hold a password",
        arguments: [
            ("", "it is no URL"), ("cache:6379", "its scheme is neither"),
            ("http://:Secret@cache", "its scheme is neither"),
            ("redis://", "it names no host"), ("redis://:Secret@:6379", "it names no host"),
            ("redis://:Secret@cache/one", "its database is no number"),
            ("redis://:Secret@cache/-1", "its database is no number"),
            ("redis://:Se/cret@cache", "special characters percent-encoded"),
            ("redis://:Se#cret@cache", "special characters percent-encoded"),
            ("redis://:Se?cret@cache", "special characters percent-encoded"),
            ("redis://:Secret@cache:70000", "its port is none"), ("redis://:Secret@cache:0", "its port is none"),
            ("redis://u:12345#Secret@cache", "in a password that is %23"),
            ("redis://u:12345?Secret@cache", "in a password that is %3F"),
            ("redis://cache?db=3", "something else than a socket's db"),
            ("unix:///run/s?database=3", "something else than a socket's db"),
            ("unix:///run/s?db=3&db=4", "something else than a socket's db"),
            ("unix://run/redis.sock", "begins with a third '/'"), ("unix://", "it names no socket"),
            ("unix:///run/s?db=x", "its database is no number"),
        ])
    func isRefused(_ url: String, _ reason: String) throws {
        let error = try #require(#expect(throws: RedisSettings.UnreadableURL.self) { try RedisSettings(url: url) })
        #expect(error.description.contains(reason))
        #expect(!error.description.contains("Secret"))
        #expect(!error.description.contains("cret@"))
        #expect(isOneLine(error.description))
    }

    @Test("is named in messages without its password, and a user without a password is not named at all")
    func isNamedWithoutPassword() throws {
        #expect(
            try RedisSettings(url: "rediss://me:Secret@cache:7000/3").target
                == "at cache:7000 (TLS), user me, database 3")
        #expect(try RedisSettings(url: "redis://Secret@cache").target == "at cache:6379")
        #expect(try RedisSettings(url: "unix:///run/s").target == "at /run/s")
    }
}
