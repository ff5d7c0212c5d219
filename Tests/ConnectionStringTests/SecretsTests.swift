import ConnectionStrings
import Testing

@Suite("secrets in use")
struct SecretsTests {
    @Test(
        "are taken out of what others say, the short ones where they are words of their own",
        arguments: [
            ("with args beginning with: 'hunter2'", "with args beginning with: '(hidden)'"),
            ("hunter2hunter2 and hunter2-long", "(hidden)(hidden) and (hidden)"), ("nothing", "nothing"),
            ("a cat said a", "(hidden) cat said (hidden)"), ("", ""),
        ])
    func areTakenOut(_ said: String, _ told: String) {
        #expect(Secrets(["hunter2", "hunter2-long", "a", ""]).removed(from: said) == told)
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
