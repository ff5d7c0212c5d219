enum StubHoldModelTests {}
