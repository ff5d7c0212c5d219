import HTTPTypes
import Testing

@testable import Worker

@Suite struct RouteTests {
    private func route(_ method: HTTPRequest.Method, _ path: String, hasFunction: Bool = false) -> Result<
        Route, Route.Mistake
    > {
        Result { () throws(Route.Mistake) in try Route(method, path[...], hasFunction: hasFunction) }
    }

    @Test(arguments: Job.allCases) func everyJobHasAPath(_ job: Job) {
        #expect(route(.post, "/run/\(job.rawValue)") == .success(.start(job)))
    }

    @Test(arguments: [
        "", "/", "//run/check", "/run//check", "/run/check/", "/run/Check", "/run/%63heck", "/%2e%2e/run/check",
        "/../run/check", "/./run/check", "/run/check#", "/run", "/runs/", "/runs/0123456789abcde",
        "/runs/0123456789ABCDEF",
        "/runs/0123456789abcdef0", "/runs/0123456789abcdeé", "http://worker/run/check", "/healthz/", "/metrics;a",
    ])
    func aPathHasOneSpelling(_ path: String) {
        #expect(route(.post, path) == .failure(.noSuchPath))
        #expect(route(.get, path) == .failure(.noSuchPath))
    }

    @Test func aPathSaysWhichMethodItTakes() {
        #expect(route(.get, "/run/check") == .failure(.wrongMethod(allowed: .post)))
        #expect(route(.delete, "/metrics") == .failure(.wrongMethod(allowed: .get)))
    }

    @Test func theFunctionIsThereForItsHostAlone() {
        #expect(route(.post, "/HoldReconcile") == .failure(.noSuchPath))
        #expect(route(.post, "/HoldReconcile", hasFunction: true) == .success(.function))
    }
}
