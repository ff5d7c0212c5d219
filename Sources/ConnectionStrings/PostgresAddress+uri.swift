extension PostgresAddress {
    /// Reads what follows `postgresql://`, as libpq does, but refuses what may be a password that was not
    /// percent-encoded.
    static func keywords(ofURI bytes: [UInt8]) throws(UnusableConnectionString) -> [PostgresKeyword] {
        guard !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw .postgres("it has a blank or a control character")
        }
        var rest = bytes[...]
        var keywords: [PostgresKeyword] = []
        let at = UInt8(ascii: "@")
        if rest.contains(at) {
            let user = rest.prefix { $0 != at }
            rest = rest.dropFirst(user.count + 1)
            guard !rest.contains(at), !user.contains(UInt8(ascii: "/")) else {
                throw .postgres("it has '@' or '/' where none may be, as in a password that is not percent-encoded")
            }
            let parts = user.split(
                separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            for (name, part) in zip(["user", "password"], parts) where !part.isEmpty {
                keywords.append(try PostgresKeyword(name, try decoded(part)))
            }
        }
        let hosts = rest.prefix { !"/?".utf8.contains($0) }
        rest = rest.dropFirst(hosts.count)
        keywords += try placeKeywords(hosts)
        if rest.first == UInt8(ascii: "/") {
            let database = rest.dropFirst().prefix { $0 != UInt8(ascii: "?") }
            rest = rest.dropFirst(database.count + 1)
            if !database.isEmpty { keywords.append(try PostgresKeyword("dbname", try decoded(database))) }
        }
        return keywords + (try PostgresURIParameters(rest.dropFirst()).keywords)
    }

    /// Reads the hosts, of which there may be several, each with its port.
    private static func placeKeywords(_ text: ArraySlice<UInt8>) throws(UnusableConnectionString) -> [PostgresKeyword] {
        var hosts: [String] = []
        var ports: [String] = []
        for place in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            var host = place.prefix { $0 != UInt8(ascii: ":") }
            var port = place.dropFirst(host.count)
            if place.first == UInt8(ascii: "[") {
                guard let end = place.firstIndex(of: UInt8(ascii: "]")) else {
                    throw .postgres("an address lacks its ']'")
                }
                host = place[place.startIndex + 1..<end]
                port = place[(end + 1)...]
            }
            guard port.isEmpty || port.first == UInt8(ascii: ":") else { throw .postgres("its host is none") }
            hosts.append(try decoded(host))
            ports.append(try decoded(port.dropFirst()))
        }
        var keywords: [PostgresKeyword] = []
        if hosts.contains(where: { !$0.isEmpty }) {
            keywords.append(try PostgresKeyword("host", hosts.joined(separator: ",")))
        }
        if ports.contains(where: { !$0.isEmpty }) {
            keywords.append(try PostgresKeyword("port", ports.joined(separator: ",")))
        }
        return keywords
    }

    static func decoded(_ bytes: ArraySlice<UInt8>) throws(UnusableConnectionString) -> String {
        var decoded: [UInt8] = []
        var left = bytes
        while let byte = left.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            let digits = left.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0,
                digits.first != UInt8(ascii: "+")
            else {
                throw .postgres("it has a '%' without two hexadecimal digits behind it, or %00; a '%' itself is %25")
            }
            left = left.dropFirst(2)
            decoded.append(value)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .postgres("it is not UTF-8") }
        return text
    }
}
