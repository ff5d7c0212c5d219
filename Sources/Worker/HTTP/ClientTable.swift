import NIOCore
import Synchronization

/// The open connections of clients. There is always room for a new one: where there are more than
/// ``HTTPLimits/patient``, the one that has waited longest for its client is closed. So a client that only keeps
/// connections open keeps nobody out, least of all a health check.
final class ClientTable: Sendable {
    private struct Client {
        let channel: any Channel
        /// When its present wait began.
        var since: NIODeadline
        var turn: Turn
    }

    /// Who must act next.
    enum Turn: Int, Sendable {
        /// The client must send a request or the rest of one, or read an answer.
        case client
        /// The worker must answer.
        case worker
        /// The worker must answer when a run is over.
        case run
    }

    private let clients = Mutex<[ObjectIdentifier: Client]>([:])

    func add(_ channel: any Channel) {
        let surplus = clients.withLock { clients -> (any Channel)? in
            clients[ObjectIdentifier(channel)] = Client(channel: channel, since: .now(), turn: .client)
            guard clients.count > HTTPLimits.patient else { return nil }
            let others = clients.filter { $0.key != ObjectIdentifier(channel) && $0.value.turn != .run }
            guard
                let oldest = others.min(by: { one, other in
                    (one.value.turn.rawValue, one.value.since) < (other.value.turn.rawValue, other.value.since)
                })
            else { return nil }
            return clients.removeValue(forKey: oldest.key)?.channel
        }
        surplus?.close(promise: nil)
    }

    func remove(_ channel: any Channel) {
        _ = clients.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Notes who must act next on a connection.
    func note(_ channel: any Channel, _ turn: Turn) {
        clients.withLock { clients in
            clients[ObjectIdentifier(channel)]?.turn = turn
            clients[ObjectIdentifier(channel)]?.since = .now()
        }
    }

    /// Returns a handler that keeps a connection in the table for as long as it is open.
    func place() -> any RemovableChannelHandler {
        Place(self)
    }

    private final class Place: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        private let table: ClientTable

        init(_ table: ClientTable) {
            self.table = table
        }

        func handlerAdded(context: ChannelHandlerContext) {
            table.add(context.channel)
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            table.remove(context.channel)
        }
    }
}
