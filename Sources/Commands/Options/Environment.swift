import ArgumentParser
import FoundationEssentials

/// The program's environment variables: what an option falls back to.
struct Environment {
    var variables: [String: String]
    /// Where those came from that a file has set, by their names.
    var places: [String: String] = [:]

    static var current: Environment {
        Environment(variables: ProcessInfo.processInfo.environment)
    }

    /// `nil` where the variable is missing or empty.
    subscript(name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The variable, or the place in a file, for errors.
    func place(of name: String) -> String {
        places[name] ?? name
    }

    /// - Throws: `ValidationError` where the value is none of the ways to say yes or no.
    func flag(_ name: String) throws -> Bool {
        switch self[name]?.lowercased() {
        case nil, "0", "false", "no", "off": return false
        case "1", "true", "yes", "on": return true
        default: throw ValidationError("\(place(of: name)) must be 1, true, yes or on, or 0, false, no or off")
        }
    }

    /// - Throws: `ValidationError` where the value is no whole number of one or more.
    func positive(_ name: String) throws -> Int64? {
        guard let text = self[name] else { return nil }
        guard let number = Int64(text), number > 0 else {
            throw ValidationError("\(place(of: name)) must be a whole number of one or more")
        }
        return number
    }
}
