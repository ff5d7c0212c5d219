/// Returns a hash that is the same in every process, on every machine and in every version of this program, unlike
/// Swift's own. It is FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv) and then MurmurHash3's finalizer,
/// since the low bits of FNV-1a are little more than the parity of the low bits of the input.
package func stableHash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
}
