import HTTPTypes
import Testing

@testable import Worker

@Suite struct ResourceTests {
    private func resource(_ method: HTTPRequest.Method, _ path: String, hasFunction: Bool = false) -> Result<
        Resource, Resource.Mistake
    > {
        Result { () throws(Resource.Mistake) in try Resource(method, path[...], hasFunction: hasFunction) }
    }

    @Test(arguments: Job.allCases) func everyJobHasAPath(_ job: Job) {
        #expect(resource(.post, "/run/\(job.rawValue)") == .success(.start(job)))
    }

    @Test(arguments: [
        "", "/", "//run/check", "/run//check", "/run/check/", "/run/Check", "/run/%63heck", "/%2e%2e/run/check",
        "/../run/check", "/./run/check", "/run/check#", "/run", "/runs/", "/runs/0123456789abcde",
        "/runs/0123456789ABCDEF",
        "/runs/0123456789abcdef0", "/runs/0123456789abcdeé", "http://worker/run/check", "/healthz/", "/metrics;a",
    ])
    func aPathHasOneSpelling(_ path: String) {
        #expect(resource(.post, path) == .failure(.noSuchPath))
        #expect(resource(.get, path) == .failure(.noSuchPath))
    }

    @Test func aPathSaysWhichMethodItTakes() {
        #expect(resource(.get, "/run/check") == .failure(.wrongMethod(allowed: .post)))
        #expect(resource(.delete, "/metrics") == .failure(.wrongMethod(allowed: .get)))
    }

    @Test func theFunctionIsThereForItsHostAlone() {
        #expect(resource(.post, "/HoldReconcile") == .failure(.noSuchPath))
        #expect(resource(.post, "/HoldReconcile", hasFunction: true) == .success(.function))
    }
}
