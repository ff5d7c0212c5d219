#if canImport(CMalloc)
    import CMalloc
#endif

/// Sets how the C library gives memory to the program.
package enum Allocator {
    /// Makes all threads share one arena, so that memory that one thread frees is used again by another. With glibc's
    /// default, an arena for each thread, a check of a large platform takes 276 MiB instead of 227, and is no faster.
    /// It must be called before there is a second thread.
    package static func shareOneArena() {
        #if canImport(CMalloc)
            _ = mallopt(M_ARENA_MAX, 1)
        #endif
    }
}
