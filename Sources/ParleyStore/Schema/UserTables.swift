/// Users of applications.
enum UserTables {
    static let statements: [String] = []
}
