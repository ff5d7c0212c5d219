enum StubEndToEndTests {}
