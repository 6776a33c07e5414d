// swift-tools-version: 6.2

import PackageDescription

// An application of its own, which takes the client out of this repository. Yours names the repository's URL and a version in place of the path.
let package = Package(
    name: "bridge",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Without its traits, the package is the client alone: nothing that only the daemon needs is fetched or built.
        .package(name: "parley", path: "../..", traits: [])
    ],
    targets: [
        .executableTarget(name: "bridge", dependencies: [.product(name: "ParleyClient", package: "parley")])
    ]
)
