import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Output

/// An answer to a request, before it becomes HTTP.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var contentType: String
    /// The body, shared by all clients that get the same answer.
    private let body: ByteBuffer
    var headers: HTTPFields = [:]

    init(status: HTTPResponse.Status, contentType: String, text: Printed) {
        self.status = status
        self.contentType = contentType
        body = ByteBuffer(string: text.text)
    }

    /// Makes an answer that is one line for people.
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

    /// Returns the response. A client that does not read it in time loses its connection.
    func response(on channel: any Channel) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        let buffer = body
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: buffer.readableBytes) { writer in
                let end = channel.eventLoop.scheduleTask(in: HTTPLimits.writing) { channel.close(promise: nil) }
                defer { end.cancel() }
                try await writer.write(buffer)
                try await writer.finish(nil)
            })
    }
}
