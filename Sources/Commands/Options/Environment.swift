import ArgumentParser
import FoundationEssentials

/// The program's environment variables, which count where an option is not given.
struct Environment {
    var variables: [String: String]
    /// The place in a file of each variable that a file has set, by its name.
    var places: [String: String] = [:]

    static var current: Environment {
        Environment(variables: ProcessInfo.processInfo.environment)
    }

    /// The value of a variable; `nil` where it is missing or empty.
    subscript(name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns where a value was given, for errors: the variable, or the place in a file.
    func place(of name: String) -> String {
        places[name] ?? name
    }

    /// Reads a variable that says yes or no.
    ///
    /// - Throws: `ValidationError` for any other value.
    func flag(_ name: String) throws -> Bool {
        switch self[name]?.lowercased() {
        case nil, "0", "false", "no", "off": return false
        case "1", "true", "yes", "on": return true
        default: throw ValidationError("\(place(of: name)) must be 1, true, yes or on, or 0, false, no or off")
        }
    }

    /// Reads a variable that is a whole number.
    ///
    /// - Throws: `ValidationError` where it is none, or below one.
    func positive(_ name: String) throws -> Int64? {
        guard let text = self[name] else { return nil }
        guard let number = Int64(text), number > 0 else {
            throw ValidationError("\(place(of: name)) must be a whole number of one or more")
        }
        return number
    }
}
