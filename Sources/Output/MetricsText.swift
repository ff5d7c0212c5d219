import HoldModel

/// Writes Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), version 0.0.4.
package struct MetricsText {
    /// How many bytes a label's value may have.
    private static let longestLabel = 200

    package enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    package typealias Labels = [(name: String, value: String)]

    private var text = ""

    package init() {}

    package var printed: Printed {
        Printed(ready: text)
    }

    /// Adds one metric with all its samples, which differ in their labels.
    package mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: Labels, value: Double)]
    ) {
        begin(name, kind, help)
        for (labels, value) in samples { append(name, labels, value) }
    }

    /// Adds a metric with one sample.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, [([], value)])
    }

    /// Adds a histogram. Its buckets are made cumulative here, as the format wants them.
    package mutating func add(_ name: String, _ help: String, _ histograms: [(labels: Labels, value: Histogram)]) {
        begin(name, .histogram, help)
        for (labels, histogram) in histograms {
            var sum = 0
            for (bound, count) in zip(histogram.bounds.map(Self.number) + ["+Inf"], histogram.counts) {
                sum += count
                append(name + "_bucket", labels + [(name: "le", value: bound)], Double(sum))
            }
            append(name + "_sum", labels, histogram.total)
            append(name + "_count", labels, Double(sum))
        }
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func append(_ name: String, _ labels: Labels, _ value: Double) {
        let pairs = labels.map { "\($0.name)=\"\(Self.label($0.value))\"" }.joined(separator: ",")
        text += name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(Self.number(value))\n"
    }

    /// Returns a value as the format quotes it. No label comes from data; but if one did, it could not forge a line.
    private static func label(_ value: String) -> String {
        let text = withoutSecrets(value).bounded(to: longestLabel).replacing("\\", with: "\\\\")
            .replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        // The format has no other escapes.
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isUnprintable($0) ? "\u{FFFD}" : $0 }))
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
