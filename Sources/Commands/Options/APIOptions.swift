import ArgumentParser
import PlatformAPI

/// The options about the platform's API.
struct APIOptions: ParsableArguments {
    @Option(help: "The API's address, in front of /v1/inventory/holds (HOLD_RECONCILER_API_URL).")
    var api: String?

    @Option(help: "Seconds until the API's answer must be whole.")
    var apiTimeout: Int64 = 10

    @Option(help: "PEM file of the authorities for the API's certificate (HOLD_RECONCILER_API_CA_FILE).")
    var apiCaFile: String?

    @Flag(help: "Send the token over plain http to another machine, where everybody on the way can read it.")
    var allowPlainHttp = false

    func validate() throws {
        guard (1...120).contains(apiTimeout) else { throw ValidationError("--api-timeout is 1 to 120") }
    }

    func settings(_ environment: Environment = .current) throws -> APISettings {
        guard let url = api ?? environment["HOLD_RECONCILER_API_URL"] else {
            throw ValidationError("the platform's API is not given: use --api or HOLD_RECONCILER_API_URL")
        }
        do {
            var settings = try APISettings(url: url)
            settings.token = environment["HOLD_RECONCILER_API_TOKEN"]
            // The HTTP library's error would repeat a token that a header cannot have.
            guard settings.token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
                throw ValidationError("HOLD_RECONCILER_API_TOKEN holds a blank or another character that no token has")
            }
            guard settings.token == nil || settings.isPrivate || allowPlainHttp else {
                throw ValidationError(
                    "the API's address is plain http on another machine, and everybody on the way could read "
                        + "HOLD_RECONCILER_API_TOKEN: use https://, or say --allow-plain-http")
            }
            settings.timeout = apiTimeout
            settings.caFile = apiCaFile ?? environment["HOLD_RECONCILER_API_CA_FILE"]
            return settings
        } catch let error as APISettings.UnusableAddress {
            throw ValidationError(error.description)
        }
    }
}
