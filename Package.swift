// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// What only the daemon needs: an application that takes the client alone, with `traits: []`, fetches and builds none of it.
let daemonOnly = TargetDependencyCondition.when(traits: ["Daemon"])

extension Target.Dependency {
    static let logging = product(name: "Logging", package: "swift-log")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: daemonOnly)
    static let signals = product(name: "UnixSignals", package: "swift-service-lifecycle", condition: daemonOnly)
    static let crypto = product(name: "Crypto", package: "swift-crypto", condition: daemonOnly)
    static let jwt = product(name: "JWTKit", package: "jwt-kit", condition: daemonOnly)
    static let yams = product(name: "Yams", package: "Yams", condition: daemonOnly)
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioFoundation = product(name: "NIOFoundationCompat", package: "swift-nio")
    static let nioHTTP = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioWebSocket = product(name: "NIOWebSocket", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioTLS = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: daemonOnly)
    static let nioHTTPTypesHTTP1 = product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras", condition: daemonOnly)
    static let httpClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird", condition: daemonOnly)
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird", condition: daemonOnly)
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird", condition: daemonOnly)
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types", condition: daemonOnly)
    static let mustache = product(name: "Mustache", package: "swift-mustache", condition: daemonOnly)
    static let grdb = product(name: "GRDB", package: "GRDB.swift", condition: daemonOnly)
    static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser", condition: daemonOnly)
}

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "parley",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "parley", targets: ["parley"]), .library(name: "ParleyClient", targets: ["ParleyClient"])],
    traits: [.default(enabledTraits: ["Daemon"]), .trait(name: "Daemon", description: "The gateway itself, with all that it depends on.")],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CParleyCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CParleyGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
        .systemLibrary(name: "CParleyTime"),
        .systemLibrary(name: "CParleyXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        library("ParleyCore", [.crypto]),
        library("ParleyYAML", [.yams]),
        library("ParleyBroker", ["ParleyCore", .crypto, .logging, .lifecycle]),
        library("ParleyXML", ["CParleyXML"]),
        library("ParleySMS", ["CParleyTime", "ParleyCore", "ParleyXML", "ParleyYAML", .crypto, .mustache]),
        library("ParleyMailWire", ["CParleyGMime", "CParleyXML"]),
        library("ParleyEmail", ["ParleyCore", "ParleyMailWire", "ParleyYAML", .crypto, .logging, .lifecycle, .nioCore, .nioPosix]),
        library("ParleyMock", ["ParleyCore", "ParleyYAML"]),
        library("ParleyTransfer", ["CParleyCurl", "ParleyCore"]),
        library("ParleyStore", ["ParleyCore", .grdb]),
        library("ParleyMedia", ["ParleyCore"]),
        library("ParleySimulation", ["ParleyCore", "ParleyBroker"]),
        library(
            "ParleyAPI",
            [
                "ParleyCore", "ParleyBroker", .crypto, .hummingbird, .hummingbirdCore, .httpTypes, .jwt, .logging, .lifecycle, .nioCore,
                .nioFoundation, .nioHTTP, .nioHTTPTypes, .nioHTTPTypesHTTP1, .nioPosix, .nioWebSocket,
            ]),
        library("ParleyClient", [.httpClient, .nioCore, .nioFoundation, .nioHTTP, .nioPosix, .nioTLS, .nioWebSocket]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "ParleyCore", "ParleyYAML", "ParleyBroker", "ParleySMS", "ParleyMailWire", "ParleyEmail", "ParleyMock", "ParleyTransfer",
                "ParleyStore", "ParleyMedia", "ParleyAPI", .arguments, .logging, .lifecycle, .signals,
            ],
            swiftSettings: settings),

        .executableTarget(
            name: "parley-bench",
            dependencies: ["ParleyCore", "ParleyStore", "ParleyTransfer", .crypto, .nioCore, .nioPosix],
            path: "Benchmarks/ParleyBench", swiftSettings: settings),

        tests("ParleyCoreTests", ["ParleyCore"]),
        tests("ParleyMailWireTests", ["ParleyMailWire"]),
        tests("ParleyYAMLTests", ["ParleyYAML"]),
        tests("ParleySMSTests", ["ParleySMS", "ParleyYAML", "ParleyCore", .crypto]),
        tests("ParleyMediaTests", ["ParleyMedia", "ParleyCore"]),
        tests("ParleyMockTests", ["ParleyMock", "ParleyCore", "ParleyYAML"]),
        tests(
            "ParleyEmailTests",
            ["ParleyEmail", "ParleyCore", "ParleyMailWire", "ParleyYAML", .logging, .lifecycle, .nioCore, .nioPosix]),
        tests("ParleyTransferTests", ["ParleyTransfer", "ParleyCore"]),
        tests(
            "ParleyAPITests",
            [
                "ParleyAPI", "ParleyBroker", "ParleyCore", "ParleyMedia", "ParleyStore", .crypto, .hummingbird, .hummingbirdTesting,
                .httpTypes, .jwt, .lifecycle, .logging, .nioCore, .nioEmbedded, .nioHTTP, .nioPosix, .nioWebSocket,
            ]),
        tests("ParleyClientTests", ["ParleyClient", .nioCore, .nioEmbedded, .nioHTTP, .nioPosix, .nioWebSocket]),
        tests("ParleySimulationTests", ["ParleySimulation", "ParleyCore", "ParleyStore"]),
        tests("ParleyStoreTests", ["ParleyStore", "ParleyCore", "ParleySimulation"]),
        tests("ParleyBrokerTests", ["ParleyBroker", "ParleyCore", "ParleyStore", .logging]),
        tests("RepositoryTests", []),
        tests(
            "DialogueTests",
            [
                "parley", "ParleyClient", "ParleyCore", "ParleyMailWire", "ParleyTransfer", .hummingbird, .lifecycle, .logging, .nioCore,
                .nioHTTP, .nioPosix, .nioWebSocket,
            ]),
    ]
)
