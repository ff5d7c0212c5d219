import HoldModel
import Testing

/// Which part of the work is whose.
@Suite struct ShardTests {
    /// Computed apart from the program, in another language.
    @Test(
        arguments: [
            ("", 0xefd0_1f60_ba99_2926),
            ("a", 0x82a2_a958_a9be_ce5b),
            ("foobar", 0x2c22_1949_22d1_672b),
            ("gala", 0x88e2_c660_86af_3c42),
            ("clh3x7k2p0000qz8rf5d3e1ab", 0x2953_824f_8eec_85b1),
            ("é 💺", 0xc8ed_1f11_6b10_238c),
        ] as [(String, UInt64)])
    func theHashIsTheSameForEver(_ text: String, _ hash: UInt64) {
        #expect(stableHash(Array(text.utf8)) == hash)
    }

    @Test(arguments: [("0/1", 0, 1), ("0/2", 0, 2), ("7/8", 7, 8), ("1023/1024", 1023, 1024)])
    func readsItsIndexAndTheirNumber(_ text: String, _ index: Int, _ count: Int) throws {
        let shard = try #require(Shard(text))
        #expect(shard.index == index)
        #expect(shard.count == count)
        #expect(shard.description == text)
    }

    @Test(arguments: [
        "", "/", "1", "1/", "/2", "2/2", "3/2", "0/0", "-1/2", "0/-2", "0/1025", "00/2", "0/02", " 0/2", "0/2 ",
        "0/2/3",
        "a/b", "0.0/2", "0/18446744073709551617", "٠/2", "$(JOB_COMPLETION_INDEX)/2",
    ])
    func readsNothingElse(_ text: String) {
        #expect(Shard(text) == nil)
    }

    @Test(arguments: [1, 2, 3, 8, 1024]) func everyNameIsExactlyOnes(_ count: Int) throws {
        let shards = try #require(Shard("0/\(count)")).all
        #expect(shards.count == count)
        for number in 0..<200 {
            let owners = shards.filter { $0.owns(EventID("event-\(number)")) }
            #expect(owners.map(\.count) == [count])
        }
    }

    /// Names in which each byte comes twice have an even parity, which would be all that FNV-1a's lowest bit tells.
    @Test(arguments: [2, 3, 8]) func theSharesAreAboutTheSame(_ count: Int) throws {
        for shard in try #require(Shard("0/\(count)")).all {
            let share = (0..<20_000).count { shard.owns(EventID("\($0)-\($0)")) }
            #expect(abs(share * count - 20_000) < 2_000)
        }
    }

    @Test func theWholeOwnsEverything() {
        #expect(Shard("0/1") == .whole)
        #expect(Shard.whole.isWhole)
        #expect(["", "gala", "é"].allSatisfy { Shard.whole.owns(EventID($0)) })
    }
}
