#if canImport(CMalloc)
    import CMalloc
#endif

/// How the C library gives memory to the program.
package enum Allocator {
    /// Makes all threads share one arena: pages come and go on several threads, and what one of them has given back another
    /// takes again. With an arena for each, as glibc has it, a check of a large platform keeps 276 MiB instead of 227, and
    /// is no faster. To be called before there is a second thread.
    package static func shareOneArena() {
        #if canImport(CMalloc)
            _ = mallopt(M_ARENA_MAX, 1)
        #endif
    }
}
