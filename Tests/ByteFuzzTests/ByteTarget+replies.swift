@testable import HoldModel
@testable import RedisStore

extension ByteTarget {
    private static let limits = ReplyLimits(bytes: 4096, parts: 256, line: 1024)

    /// The first byte says how large the pieces are that the rest comes in: what is read must not depend on it.
    static func readReplies(_ bytes: [UInt8]) throws(Wrong) {
        var source = ByteSource(bytes)
        let size = max(Int(source.byte()), 1)
        let stream = Array(source.left)
        let (whole, pieces) = (try replies(in: stream, by: max(stream.count, 1)), try replies(in: stream, by: size))
        if let whole, let pieces, whole.replies != pieces.replies { throw Wrong("replies depend on how they arrive") }
        for tape in [whole, pieces].compactMap(\.self) { try read(tape) }
    }

    /// - Returns: `nil` where the reader refuses.
    private static func replies(in stream: [UInt8], by size: Int) throws(Wrong) -> ReplyTape? {
        guard let reader = ReplyReader(limits) else { throw Wrong("no memory") }
        do throws(ReplyReader.Refusal) {
            for start in stride(from: 0, to: stream.count, by: size) {
                let piece = Array(stream[start..<min(start + size, stream.count)])
                if let refusal = feed(piece, to: reader) { throw refusal }
                while try reader.next() {}
            }
        } catch {
            return nil
        }
        return bounded(reader.takeTape())
    }

    private static func feed(_ piece: [UInt8], to reader: ReplyReader) -> ReplyReader.Refusal? {
        unsafe piece.withUnsafeBytes { bytes -> ReplyReader.Refusal? in
            do throws(ReplyReader.Refusal) {
                try unsafe reader.feed(bytes)
                return nil
            } catch {
                return error
            }
        }
    }

    /// The tape up to its last whole reply, as a caller gets it.
    private static func bounded(_ tape: ReplyTape) -> ReplyTape? {
        tape.bytes.count <= limits.bytes && tape.parts.count <= limits.parts && isWhole(tape) ? tape : nil
    }

    private static func isWhole(_ tape: ReplyTape) -> Bool {
        var open = 0
        for part in tape.parts {
            if open == 0 { open = 1 }
            open += Int(part.elements) - 1
        }
        return open == 0
    }

    /// What the program makes of replies to its own questions.
    private static func read(_ tape: ReplyTape) throws(Wrong) {
        let tokens = [HoldToken("a"), HoldToken("b")]
        let request = SurveyRequest(event: EventID("e"), categories: [CategoryID("c")], tokens: tokens)
        var survey = SurveyReading()
        for reply in tape.replies where survey.take(reply, categories: 1, holds: tokens) != nil {
            if survey.surveys(for: [request]).first?.holds.count != 2 { throw Wrong("a survey lost a hold") }
            survey = SurveyReading()
        }
        var glance = GlanceReading([tape], keys: KeySpace(prefix: ""))
        do throws(GlanceReading.Unreadable) {
            while true {
                if try glance.next(request).holds.count != 2 { throw GlanceReading.Unreadable.unexpected }
            }
        } catch {
            // The replies have come to their end, or are none to what was asked.
        }
        var cursor: ScanCursor? = .start
        for reply in tape.replies {
            guard let bytes = reply.bytes, let here = cursor else { break }
            do throws(ScanCursor.GoesRound) { cursor = try here.next(bytes) } catch { break }
        }
    }
}
