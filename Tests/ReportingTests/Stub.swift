enum StubReportingTests {}
