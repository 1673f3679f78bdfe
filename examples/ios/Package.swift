// swift-tools-version:5.9
import PackageDescription

let package = Package(
    name: "Ink",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Ink", targets: ["Ink"]),
        .library(name: "InkViews", targets: ["InkViews"]),
    ],
    targets: [
        .target(name: "Ink"),
        .target(name: "InkViews", dependencies: ["Ink"]),
        .executableTarget(name: "check", dependencies: ["Ink"]),
    ]
)
