import FoundationEssentials

/// Random numbers that can be had again (SplitMix64): prints its seed, and takes it from `TEST_SEED` for a replay.
package struct SeededRandom: RandomNumberGenerator {
    package let seed: UInt64
    private var state: UInt64

    package init(named name: String) {
        seed =
            ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        state = seed
        print("\(name): seed \(seed), replay with TEST_SEED=\(seed)")
    }

    /// Numbers of their own for one of several that run at once; the same number gets the same ones again.
    package func stream(_ number: Int) -> SeededRandom {
        var source = SeededRandom(seed: seed &+ UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
        return SeededRandom(seed: source.next())
    }

    private init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
