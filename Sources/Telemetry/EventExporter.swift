import AsyncHTTPClient
import ConnectionStrings
import FoundationEssentials
import HoldModel
import NIOCore
import NIOHTTP1
package import NIOSSL
import Output
import Synchronization

/// Delivers events to Application Insights. Recording one never waits. Events that cannot be delivered are counted and
/// reported, and nothing else depends on them.
package actor EventExporter {
    private static let batchSize = 100
    /// The longest answer that is read, in bytes; none that the endpoint documents is longer.
    private static let greatestBody = 1 << 20
    private static let requestTimeout: Duration = .seconds(10)

    private let settings: IngestionSettings
    private let tls: TLSConfiguration
    private let source: EventSource
    private let queue: Mutex<EventQueue>
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private var outcome = Delivery()

    /// The client lives as long as the process, with its connections. It follows no redirect by itself; see
    /// ``Redirect``.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    /// - Parameters:
    ///   - capacity: how many events may wait; the newest replaces the oldest.
    ///   - authorities: those that the endpoint's certificate is checked against; the system's otherwise.
    package init(
        _ settings: IngestionSettings, source: EventSource, capacity: Int = 1000,
        authorities: [NIOSSLCertificate]? = nil
    ) {
        SecretsInUse.ofProcess.add([.credential(settings.instrumentationKey)])
        self.settings = settings
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorities { tls.trustRoots = .certificates(authorities) }
        self.tls = tls
        self.source = source
        queue = Mutex(EventQueue(capacity: capacity))
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Records an event without waiting.
    package nonisolated func record(_ event: CustomEvent) {
        queue.withLock { $0.add(event) }
        wake.yield()
    }

    /// Delivers recorded events until the task is cancelled, for a service. ``flush(within:)`` delivers what is left
    /// then.
    package func run() async {
        for await _ in wakes {
            await deliver(until: nil)
        }
    }

    /// Delivers recorded events, within a limit of time.
    ///
    /// - Returns: what became of all events since the last flush.
    package func flush(within limit: Duration) async -> Delivery {
        await deliver(until: .now + limit)
        let (left, dropped) = queue.withLock { queue in
            defer { queue = EventQueue(capacity: queue.capacity) }
            return (queue.count, queue.dropped)
        }
        defer { outcome = Delivery() }
        outcome.lost += left + dropped
        return outcome
    }

    private func deliver(until deadline: ContinuousClock.Instant?) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            let batch = queue.withLock { $0.take(atMost: Self.batchSize) }
            guard !batch.isEmpty else { return }
            let answer = await send(batch, until: deadline)
            outcome.take(answer, count: batch.count)
            guard case .retry(let positions, _, _, let after) = answer else { continue }
            queue.withLock { $0.putBack(positions.map { batch[$0] }) }
            let next = ContinuousClock.now + max(after ?? .zero, backoff.next())
            // Do not wait for a try that would come too late.
            if let deadline, next >= deadline { return }
            do { try await Task.sleep(until: next) } catch { return }
        }
    }

    private func send(_ batch: [CustomEvent], until deadline: ContinuousClock.Instant?) async -> TrackAnswer {
        let end = min(deadline ?? .now + Self.requestTimeout, .now + Self.requestTimeout)
        do {
            let envelopes = batch.map { EventEnvelope($0, key: settings.instrumentationKey, source: source) }
            let body = ByteBuffer(string: try EventEnvelope.body(envelopes).text)
            var url = settings.endpoint + "/v2.1/track"
            for _ in 0...Redirect.most {
                let response = try await post(body, to: url, until: end)
                let status = Int(response.status.code)
                switch Redirect(status: status, location: response.headers.first(name: "location"), of: url) {
                case .none:
                    let answer = try await response.body.collect(upTo: Self.greatestBody)
                    return TrackAnswer(
                        status: status, retryAfter: response.headers.first(name: "retry-after"),
                        body: Data(answer.readableBytesView), count: batch.count)
                case .to(let target): url = target
                case .refused:
                    return .settled(
                        refused: batch.count,
                        reason: "it answered \(status), a redirect that is not followed: give the address it leads to")
                }
            }
            return .settled(refused: batch.count, reason: "it redirected more than \(Redirect.most) times")
        } catch {
            return .retry(
                positions: Array(batch.indices), refused: 0, reason: deliveryFailureReason(error), after: nil)
        }
    }

    private func post(
        _ body: ByteBuffer, to url: String, until end: ContinuousClock.Instant
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
        request.tlsConfiguration = tls
        return try await Self.client.execute(request, timeout: TimeAmount(max(end - .now, .milliseconds(1))))
    }
}
