import ConnectionStrings
import Foundation
import Testing

@Suite("secrets in use")
struct SecretsTests {
    private static func of(_ credentials: String...) -> Secrets {
        Secrets(credentials.map { Secret.credential($0) })
    }

    @Test(
        "are taken out of what others say",
        arguments: [
            ("with args beginning with: 'hunter2'", "with args beginning with: '(hidden)'"),
            ("hunter2hunter2 and hunter2-long", "(hidden)(hidden) and (hidden)"), ("nothing", "nothing"), ("", ""),
            ("hunter", "hunter"), ("hunterhunter2", "hunter(hidden)"),
        ])
    func areTakenOut(_ said: String, _ told: String) {
        #expect(Self.of("hunter2", "hunter2-long", "").removed(from: said) == told)
    }

    @Test(
        "of fewer than four characters are hidden in quotation marks alone: elsewhere they are parts of words and numbers",
        arguments: [
            ("a cat said a, total=1", "a cat said a, total=1"),
            ("AUTH 'a' \"1\" `a`", "AUTH '(hidden)' \"(hidden)\" `(hidden)`"),
            ("'an' \"a'", "'an' \"a'"),
        ])
    func areNotShredding(_ said: String, _ told: String) {
        #expect(Self.of("a", "1").removed(from: said) == told)
    }

    @Test(
        "are found in every form that others give them",
        arguments: [
            (#"p@s/w:o"r'd\é"#, #"p@s/w:o\"r'd\\é"#), (#"p@s/w:o"r'd\é"#, #"p@s\/w:o\"r'd\\é"#),
            (#"p@s/w:o"r'd\é"#, #"p@s/w:o\"r'd\\\u00e9"#), (#"p@s/w:o"r'd\é"#, "p%40s%2Fw%3Ao%22r%27d%5C%C3%A9"),
            (#"p@s/w:o"r'd\é"#, "p%40s%2fw%3ao%22r%27d%5c%c3%a9"), (#"p@s/w:o"r'd\é"#, #"p@s/w:o"r''d\é"#),
            (#"p@s/w:o"r'd\é"#, #"p@s/w:o"r\'d\\é"#), ("p&s<w>rd\"'", "p&amp;s&lt;w&gt;rd&quot;&#39;"),
            ("two words+1", "two+words%2B1"), ("two words+1", "two%20words%2B1"), ("with\nline", "with line"),
            ("with\nline", #"with\nline"#), ("ends in a line\n", "ends in a line"), ("a;b=c,d$", "a;b=c,d$"),
            ("a;b=c,d$/", "a;b=c,d$%2F"), ("with-dash", "with%2Ddash"), ("with\r\nline", "with  line"),
            ("with\r\nline", #"with\r\nline"#), ("with\r\n", "with"), ("it'\u{301}s one", "it''\u{301}s one"),
            ("a<\u{338}b and more", "a&lt;\u{338}b and more"), ("caf\u{e9}1", #"caf\xc3\xa91"#),
        ])
    func areFoundInAllForms(_ secret: String, _ form: String) {
        #expect(Self.of(secret).removed(from: "said \(form)!") == "said (hidden)!")
    }

    @Test(
        "of eight bytes or more are found in base64 and in hexadecimal digits",
        arguments: [
            "aHVudGVyMitodW50ZXI/", "aHVudGVyMitodW50ZXI_", "68756e746572322b68756e7465723f",
            "68756E746572322B68756E7465723F",
            #"\x68\x75\x6e\x74\x65\x72\x32\x2b\x68\x75\x6e\x74\x65\x72\x3f"#,
        ])
    func areFoundEncoded(_ form: String) {
        #expect(Self.of("hunter2+hunter?").removed(from: "said \(form)!") == "said (hidden)!")
    }

    @Test("are found in base64 with its padding and without, and behind something else, as in a Basic login")
    func areFoundInBase64() {
        let secrets = Self.of("hunter2+hunter")
        #expect(secrets.removed(from: "x aHVudGVyMitodW50ZXI= y") == "x (hidden) y")
        #expect(secrets.removed(from: "x aHVudGVyMitodW50ZXI y") == "x (hidden) y")
        for user in ["a", "ab", "abc", "abcd"] {
            let login = Data("\(user):hunter2+hunter".utf8).base64EncodedString()
            let told = secrets.removed(from: login)
            #expect(told.contains("(hidden)"))
            // What is left of it are the user and, at either end, less than a byte.
            #expect(told.replacing("(hidden)", with: "").utf8.count <= 10, "\(told)")
        }
    }

    @Test("of an encoded form are found decoded as well")
    func areDecoded() {
        #expect(Self.of("p%40s%2Fsword").removed(from: "it is p@s/sword") == "it is (hidden)")
    }

    @Test("that are long are hidden where a server has cut them, from twelve characters on")
    func areFoundCut() {
        let secrets = Self.of("0123456789abcdef-long-secret")
        #expect(secrets.removed(from: "with: '0123456789abcdef-lo' …") == "with: '(hidden)' …")
        #expect(secrets.removed(from: "0123456789a") == "0123456789a")
    }

    @Test("of a key are found in any case, with its dashes and without")
    func areFoundAsKeys() {
        let secrets = Self.of("0badcafe-1111-2222-3333-44445555ABCD")
        for form in ["0BADCAFE-1111-2222-3333-44445555ABCD", "0badcafe11112222333344445555abcd"] {
            #expect(secrets.removed(from: "key \(form)") == "key (hidden)")
        }
    }

    @Test(
        "of a connection string are its password and itself, not where it leads",
        arguments: [
            "postgresql://app:pass-Word-1@db.example:5432/tickets", "redis://:pass-Word-1@db.example:6379",
            "Host=db.example;Username=app;Password=pass-Word-1;Ssl Mode=Require",
            "db.example:6380,password=pass-Word-1,ssl=True", "host=db.example user=app password='pass-Word-1'",
            "jdbc:postgresql://db.example/tickets?user=app&password=pass-Word-1", "redis://pass-Word-1@db.example",
            "InstrumentationKey=pass-Word-1;IngestionEndpoint=https://db.example", "PASSWORD = pass-Word-1\n",
            "postgresql://app:pass-Word-1@x@db.example/t",
        ])
    func areInConnectionStrings(_ string: String) {
        let secrets = SecretsInUse()
        secrets.add(connectionString: string)
        #expect(
            secrets.all.removed(from: "it said pass-Word-1 of db.example, role app")
                == "it said (hidden) of db.example, role app")
        #expect(!secrets.all.removed(from: "it said \(string)").contains("pass-Word-1"))
    }

    @Test("of a connection string end with a line, also where its end is two bytes")
    func endWithALine() {
        let secrets = SecretsInUse()
        secrets.add(connectionString: "Password=pass-Word-1\r\nHost=db.example")
        #expect(secrets.all.removed(from: "it said 'pass-Word-1'") == "it said '(hidden)'")
    }

    @Test(
        "are none in an address alone",
        arguments: ["http://127.0.0.1:8080", "redis://h:6379", "unix:///run/redis.sock"])
    func areNotInAddresses(_ address: String) {
        let secrets = SecretsInUse()
        secrets.add(connectionString: address)
        #expect(secrets.all.removed(from: "POST \(address)/v1 failed") == "POST \(address)/v1 failed")
    }

    @Test("are found in a megabyte, and nothing else is")
    func areFoundQuickly() {
        let secrets = Secrets((1...20).map { Secret.credential("secret number \($0) & more") })
        let text = String(repeating: "orders and seats, secretly; ", count: 30_000)
        let start = Self.processorSeconds()
        #expect(secrets.removed(from: text + "secret number 7 & more") == text + "(hidden)")
        #expect(Self.processorSeconds() - start < 30)
    }

    /// What this thread has used, which other processes do not lengthen.
    private static func processorSeconds() -> Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

@Suite("what stands for Redis and is of another program")
struct ForeignRedisTests {
    @Test(
        "is recognised",
        arguments: [
            ("h:6380,password=Secret,ssl=True,abortConnect=False", ForeignForm.stackExchange),
            ("h,password=Secret", .stackExchange), ("postgres://u:Secret@h/d", .addressOfPostgres),
            ("\"redis://h\"", .quoted), ("@Microsoft.KeyVault(x)", .keyVaultReference), ("${REDIS_URL}", .placeholder),
        ])
    func isRecognised(_ text: String, _ form: ForeignForm) {
        #expect(ForeignForm(ofRedis: text) == form)
    }

    @Test(
        "is not seen in what is its own", arguments: ["redis://:a,b=c@h", "rediss://h", "unix:///run/a", "h:6379", ""])
    func isNotSeen(_ text: String) {
        #expect(ForeignForm(ofRedis: text) == nil)
    }
}
