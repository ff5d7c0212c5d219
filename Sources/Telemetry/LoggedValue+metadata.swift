import Logging
import Output

extension LoggedValue {
    /// Makes a value from the logging library's text, list or map.
    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let number as Int): self = .number(Int64(number))
        case .stringConvertible(let number as Int32): self = .number(Int64(number))
        case .stringConvertible(let number as Int64): self = .number(number)
        case .stringConvertible(let number as Double) where number.isFinite: self = .fraction(number)
        case .stringConvertible(let truth as Bool): self = .truth(truth)
        case .stringConvertible(let other): self = .text(String(describing: other))
        case .array(let values): self = .list(values.map { LoggedValue($0) })
        case .dictionary(let values): self = .object(values.mapValues { LoggedValue($0) })
        }
    }
}
