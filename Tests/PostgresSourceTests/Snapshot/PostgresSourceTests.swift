import TestServers
import Testing

/// Everything in this target that needs a server of the usual kind shares this one; each test has its own database.
@Suite(.postgres)
enum PostgresSourceTests {}
