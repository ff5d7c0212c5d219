// swift-tools-version: 6.2
// Targets in dependency order; arrows point one way: the domain knows nothing of servers, servers nothing of the run.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0458-strict-memory-safety.md
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "hold-reconciler",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "hold-reconciler", targets: ["hold-reconciler"]),
        .executable(name: "sample-platform", targets: ["sample-platform"]),
        .executable(name: "acquire-latency", targets: ["acquire-latency"]),
        // Loaded in front of a server under test, so a file of its own.
        .library(name: "ClockShift", type: .dynamic, targets: ["ClockShift"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // glibc's own settings, which Swift's module of it leaves out.
        .systemLibrary(name: "CMalloc"),

        .target(name: "HoldModel", swiftSettings: strict),
        // What people paste to say where a server is; pure.
        .target(name: "ConnectionStrings", swiftSettings: strict),
        // The one way out for text: what is told goes through here, without secrets, printable and bounded.
        .target(
            name: "Output",
            dependencies: [
                "HoldModel", "ConnectionStrings", "LocalFiles",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        // The one way to files that people name, and to the path of a socket.
        .target(
            name: "LocalFiles",
            dependencies: [.product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict),
        .target(
            name: "LuaScripts",
            path: "lua",
            resources: [
                .embedInCode("apply.lua"),
                .embedInCode("census.lua"),
                .embedInCode("join.lua"),
                .embedInCode("release.lua"),
                .embedInCode("renew.lua"),
                .embedInCode("shift.lua"),
                .embedInCode("survey.lua"),
                .embedInCode("unlink.lua"),
                .embedInCode("yield.lua"),
            ],
            swiftSettings: strict),
        .target(
            name: "PostgresSource",
            dependencies: ["HoldModel", "ConnectionStrings", "LocalFiles", "CLibPQ"],
            resources: [.embedInCode("Queries")],
            swiftSettings: strict),
        // The files of plans and journals: what they say, line by line.
        .target(name: "ChangeFiles", dependencies: ["HoldModel", "LocalFiles"], swiftSettings: strict),
        .target(
            name: "RedisStore",
            dependencies: [
                "HoldModel", "ConnectionStrings", "LocalFiles", "LuaScripts", "ChangeFiles", "CHiredis",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .target(
            name: "Reconciliation",
            dependencies: [
                "HoldModel", "PostgresSource", "RedisStore", "ChangeFiles",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
            ],
            swiftSettings: strict),
        .target(
            name: "Reporting",
            dependencies: ["HoldModel", "Output", "PostgresSource", "RedisStore", "ChangeFiles", "Reconciliation"],
            swiftSettings: strict),
        // What a run tells other systems: Application Insights, a trace.
        .target(
            name: "Telemetry",
            dependencies: [
                "HoldModel", "ConnectionStrings", "Output", "Reconciliation", "Reporting",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        // The platform's own API, asked as a buyer asks it.
        .target(
            name: "PlatformAPI",
            dependencies: [
                "HoldModel", "ConnectionStrings", "LocalFiles", "Output",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        // The service: a schedule of runs, and the HTTP port that shows and starts them.
        .target(
            name: "Worker",
            dependencies: [
                "HoldModel", "LocalFiles", "Output", "Reconciliation", "Reporting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "Commands",
            dependencies: [
                "HoldModel", "ConnectionStrings", "LocalFiles", "Output", "PostgresSource", "RedisStore",
                "ChangeFiles", "Reconciliation", "Reporting", "Telemetry", "PlatformAPI", "Worker",
                .target(name: "CMalloc", condition: .when(platforms: [.linux])),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "hold-reconciler",
            dependencies: ["Commands", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),

        // What the tests stand on: throw-away servers, and the platform written once more from its contract.
        .target(
            name: "TestServers",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestServers",
            swiftSettings: strict),
        .target(name: "ClockShift", path: "Tests/ClockShift"),
        .target(
            name: "TestPlatform",
            dependencies: ["TestServers"],
            path: "Tests/TestPlatform",
            resources: [.embedInCode("Scripts")],
            swiftSettings: strict),
        .target(name: "TestRandom", path: "Tests/TestRandom", swiftSettings: strict),
        .target(name: "TestTables", dependencies: ["HoldModel"], path: "Tests/TestTables", swiftSettings: strict),
        .target(
            name: "TestOutcomes", dependencies: ["HoldModel", "RedisStore"], path: "Tests/TestOutcomes",
            swiftSettings: strict),
        // The platform while it sells: clients fast enough to find what a protocol forgets.
        .target(
            name: "TestTraffic",
            dependencies: ["TestPlatform", "TestRandom", "RedisStore", "CLibPQ"],
            path: "Tests/TestTraffic",
            swiftSettings: strict),
        .executableTarget(
            name: "sample-platform",
            dependencies: [
                "TestServers", "TestPlatform", .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Tests/SamplePlatform",
            swiftSettings: strict),
        .executableTarget(
            name: "acquire-latency",
            dependencies: ["TestServers", "TestPlatform", "TestTraffic"],
            path: "Tests/AcquireLatency",
            swiftSettings: strict),

        .testTarget(
            name: "ConnectionStringTests", dependencies: ["ConnectionStrings"], swiftSettings: strict),
        .testTarget(
            name: "OutputTests",
            dependencies: ["Output", "ConnectionStrings", "HoldModel", "LocalFiles", "TestServers"],
            swiftSettings: strict),
        .testTarget(
            name: "LocalFilesTests", dependencies: ["LocalFiles", "TestServers"], swiftSettings: strict),
        .testTarget(
            name: "HoldModelTests", dependencies: ["HoldModel", "TestRandom", "TestTables"], swiftSettings: strict),
        .testTarget(
            name: "PostgresSourceTests",
            dependencies: ["PostgresSource", "HoldModel", "TestServers", "TestPlatform"],
            swiftSettings: strict),
        .testTarget(
            name: "RedisStoreTests",
            dependencies: [
                "RedisStore", "HoldModel", "LuaScripts", "TestServers", "TestPlatform", "TestRandom", "TestTables",
                "TestOutcomes",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ChangeFilesTests",
            dependencies: ["ChangeFiles", "HoldModel", "LocalFiles", "TestRandom", "TestServers"],
            swiftSettings: strict),
        .testTarget(
            name: "ReconciliationTests",
            dependencies: [
                "Reconciliation", "ChangeFiles", "PostgresSource", "RedisStore", "HoldModel", "TestServers",
                "TestPlatform", "TestRandom", "TestTables",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Reporting", "Output", "Reconciliation", "PostgresSource", "RedisStore", "HoldModel"],
            swiftSettings: strict),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Worker", "LocalFiles", "TestRandom", "TestServers",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "Telemetry", "Output", "HoldModel", "TestServers", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["Commands", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        .testTarget(name: "PlatformAPITests", dependencies: ["PlatformAPI", "HoldModel"], swiftSettings: strict),
        // What ops/fuzz-bytes fuzzes, and the inputs that it has kept.
        .testTarget(
            name: "ByteFuzzTests",
            dependencies: [
                "HoldModel", "ConnectionStrings", "PostgresSource", "RedisStore", "Telemetry", "PlatformAPI", "Worker",
                "Commands", .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["ChangeFiles", "HoldModel", "LuaScripts", "TestServers", "TestPlatform", "hold-reconciler"],
            swiftSettings: strict),
        .testTarget(
            name: "RaceTests",
            dependencies: [
                "HoldModel", "LuaScripts", "ChangeFiles", "Reconciliation", "RedisStore", "TestServers", "TestPlatform",
                "TestRandom", "TestTables", "TestOutcomes",
            ],
            resources: [.embedInCode("Scripts")],
            swiftSettings: strict),
        .testTarget(
            name: "SoakTests",
            dependencies: ["TestServers", "TestPlatform", "TestRandom", "TestTraffic", "hold-reconciler"],
            swiftSettings: strict),
    ]
)
