enum StubRedisStoreTests {}
