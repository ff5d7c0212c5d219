import ArgumentParser
import Foundation

/// The worker's JSON file: one object, whose names are those of ``WorkerSetting``. An unknown name is an error, since
/// whatever it was meant to set would not be set.
struct WorkerConfigFile: Sendable {
    let path: String
    /// The values, by the name of their setting.
    let values: [String: String]
    /// A sentence about people who can read the file's secrets and should not; `nil` where there are none.
    let warning: String?

    /// - Parameters:
    ///   - data: the content of the file.
    ///   - path: the path of the file, for errors.
    ///   - exposure: who can read the file and should not, in words.
    init(_ data: Data, path: String, exposure: String? = nil) throws {
        let members: [String: Member]
        do {
            members = try JSONDecoder().decode([String: Member].self, from: data)
        } catch DecodingError.dataCorrupted {
            throw ValidationError("the file \(path) is not JSON")
        } catch {
            throw ValidationError("the file \(path) must hold one JSON object")
        }
        let known = Dictionary(uniqueKeysWithValues: WorkerSetting.all.map { ($0.name, $0) })
        self.path = path
        values = try members.reduce(into: [:]) { values, member in
            let (name, value) = member
            guard let setting = known[name] else {
                let names = WorkerSetting.all.filter { !$0.isForEnvironmentOnly }.map(\.name).sorted()
                // The name is not repeated: it may be a password in the wrong place.
                let meant = names.first { Self.isSlip(name, of: $0) }
                throw ValidationError(
                    "a name in \(path) is no setting\(meant.map { ": is it \($0)?" } ?? "");"
                        + " there are: \(names.joined(separator: ", "))")
            }
            guard !setting.isForEnvironmentOnly else {
                throw ValidationError("\(name) may not stand in \(path): set \(setting.variables[0])")
            }
            values[name] = try Self.text(of: value, for: setting, in: path)
        }
        let hasSecret = values.keys.contains { known[$0]?.isSecret ?? false }
        warning = exposure.flatMap { hasSecret ? "the file \(path) holds secrets and \($0): chmod 640 it" : nil }
    }

    /// Whether a name is a misspelling of a known one: at most two letters were added, left out or changed, or case and
    /// separators differ, as in `check_every`.
    private static func isSlip(_ name: String, of known: String) -> Bool {
        guard name.utf8.count < 40 else { return false }
        let (written, meant) = (letters(of: name), letters(of: known))
        var distances = Array(0...meant.count)
        for (row, letter) in written.enumerated() {
            var diagonal = distances[0]
            distances[0] = row + 1
            for column in meant.indices {
                let replaced = diagonal + (letter == meant[column] ? 0 : 1)
                diagonal = distances[column + 1]
                distances[column + 1] = min(replaced, distances[column] + 1, diagonal + 1)
            }
        }
        return distances[meant.count] <= 2
    }

    private static func letters(of name: String) -> [Character] {
        name.lowercased().filter { $0 != "_" && $0 != "-" }
    }

    private enum Member: Decodable {
        case text(String)
        case number(Int)
        case flag(Bool)
        case other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? value.decode(Int.self) {
                self = .number(number)
            } else if let text = try? value.decode(String.self) {
                self = .text(text)
            } else {
                self = .other
            }
        }
    }

    /// Returns the value as an environment variable would have it. Errors do not repeat a secret.
    private static func text(of member: Member, for setting: WorkerSetting, in path: String) throws -> String {
        switch (setting.kind, member) {
        case (.text, .text(let text)), (.interval, .text(let text)): return text
        case (.interval, .number(let number)), (.wholeNumber, .number(let number)): return String(number)
        case (.yesOrNo, .flag(let flag)): return flag ? "1" : "0"
        case (.text, _): throw ValidationError("\(setting.name) in \(path) must be a text")
        case (.interval, _):
            throw ValidationError("\(setting.name) in \(path) must be seconds, or a text such as \"5m\"")
        case (.wholeNumber, _): throw ValidationError("\(setting.name) in \(path) must be a whole number")
        case (.yesOrNo, _): throw ValidationError("\(setting.name) in \(path) must be true or false")
        }
    }
}
