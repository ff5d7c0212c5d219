import Foundation

@testable import Commands
@testable import ConnectionStrings
@testable import HoldModel
@testable import RedisStore
@testable import Telemetry
@testable import Worker

extension ByteTarget {
    static func readConnectionStrings(_ bytes: [UInt8]) throws(Wrong) {
        let text = text(bytes)
        try expectNoSecret(in: refusal { _ = try PostgresAddress(text) })
        try expectNoSecret(in: refusal { _ = try IngestionSettings(connectionString: text) })
        try expectNoSecret(in: refusal { _ = try RedisSettings(url: text) })
        if let address = try? PostgresAddress(text), address.keywords.contains(where: { $0.value.utf8.contains(0) }) {
            throw Wrong("libpq would end a value in its middle")
        }
        if let settings = try? RedisSettings(url: text), settings.database < 0 { throw Wrong("a database below zero") }
        _ = ListenAddress(text)
        _ = Secrets([.credential(text), .connectionString(text)]).removed(from: "a text with " + text)
    }

    /// Why something cannot be read; empty where it can.
    private static func refusal(_ read: () throws -> Void) -> String {
        do {
            try read()
            return ""
        } catch {
            return "\(error)"
        }
    }

    static func readConfigFile(_ bytes: [UInt8]) throws(Wrong) {
        do {
            let file = try WorkerConfigFile(Data(text(bytes).utf8), path: "worker.json")
            let known = Set(WorkerSetting.all.map(\.name))
            guard known.isSuperset(of: file.values.keys) else { throw Wrong("a setting that there is not") }
        } catch let error as Wrong {
            throw error
        } catch {
            try expectNoSecret(in: "\(error)")
        }
    }
}
