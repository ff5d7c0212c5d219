import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Output

/// What is answered, before it becomes HTTP.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var contentType: String
    var text: Printed
    var headers: HTTPFields = [:]
    /// Whether the connection is of no more use: what its client still sends is not wanted.
    var closes = false

    /// A line for people.
    static func line(_ status: HTTPResponse.Status, _ line: String) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=utf-8", text: Printed(line: line).asLine)
    }

    static func json(_ status: HTTPResponse.Status = .ok, text: Printed) -> Answer {
        Answer(status: status, contentType: "application/json", text: text.asLine)
    }

    func with(_ name: HTTPField.Name, _ value: String) -> Answer {
        var answer = self
        answer.headers[name] = value
        return answer
    }

    /// The response; a client that does not take it in time loses its connection.
    func response(on channel: any Channel) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        if closes { headers[.connection] = "close" }
        let buffer = ByteBuffer(string: text.text)
        let closes = closes
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: buffer.readableBytes) { writer in
                let end = channel.eventLoop.scheduleTask(in: HTTPLimits.writing) { channel.close(promise: nil) }
                defer { end.cancel() }
                try await writer.write(buffer)
                try await writer.finish(nil)
                // Not at once: a client that is still sending would lose the answer with its connection.
                if closes { _ = channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) } }
            })
    }
}
