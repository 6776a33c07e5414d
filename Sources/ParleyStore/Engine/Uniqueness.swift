import GRDB
import ParleyCore

/// Turns the violation of a unique index into the refusal that stands for it.
extension SQLiteTransaction {
    /// - Parameter refusals: by the columns as SQLite names them.
    @discardableResult
    func mapping<Result>(_ refusals: [String: Refusal], _ run: () throws -> Result) throws -> Result {
        do {
            return try run()
        } catch let error as DatabaseError {
            guard let columns = error.violatedUniqueness, let refusal = refusals[columns] else { throw StatementRefused(error) }
            throw refusal
        }
    }
}
