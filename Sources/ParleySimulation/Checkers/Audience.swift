import ParleyCore

/// Who is to get a message, by the log and not by the rows of deliveries.
enum Audience {
    /// The live people outside at the time of the append, without the author under any proxy.
    static func recipients(of appended: Evidence.Appended, _ evidence: Evidence) -> Set<SID> {
        let own = authorKeys(of: appended, evidence)
        return appended.members.filter { sid in
            guard sid != appended.message.participant, let binding = evidence.snapshot.participants[sid]?.binding else { return false }
            return !own.contains(binding.pair.address.key)
        }
    }

    /// The addresses of who wrote a message.
    static func authorKeys(of appended: Evidence.Appended, _ evidence: Evidence) -> Set<String> {
        var keys: Set<String> = []
        if let address = try? Address(appended.message.author) { keys.insert(address.key) }
        if let author = appended.message.participant, let binding = evidence.snapshot.participants[author]?.binding {
            keys.insert(binding.pair.address.key)
        }
        return keys
    }
}
