enum StubPostgresSourceTests {}
