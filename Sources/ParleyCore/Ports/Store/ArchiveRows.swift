/// Questions about search, and the erasure of people.
public protocol ArchiveReading {
    /// Messages that hold all terms, newest first. Deleted ones are not found, nor those of deleted conversations. A page that has looked
    /// at ``MessageSearch/candidatesMax`` messages is shorter than was asked for and has a successor.
    func messages(matching search: MessageSearch, page: PageRequest) throws -> Page<Message>

    /// True when a medium of the service has these bytes.
    func hasMedia(_ key: MediaKey, in service: SID) throws -> Bool
    /// Bytes that rows have let go of.
    func looseMedia(limit: Int) throws -> [LooseMedia]
    /// True while rows of an abandoned import are left.
    func hasAbandonedImports() throws -> Bool

    // Erasure.
    func erasure(_ id: Int64) throws -> Erasure?
    /// Newest first.
    func erasures(page: PageRequest) throws -> Page<Erasure>
    /// The job whose next step is due first.
    func dueErasure(at now: Instant) throws -> Erasure?
    /// A job for the same person that is not done.
    func openErasure(digest: String) throws -> Erasure?
    /// How much there is of a person, each count up to `max`.
    func extent(of person: ErasedPerson, max: Int) throws -> ErasureCounts
    /// Participants of a person that were not removed yet, in any conversation.
    func participations(of person: ErasedPerson, limit: Int) throws -> [ErasedRow]
    /// The first participant of a person, removed or not, beyond a row.
    func nextParticipant(of person: ErasedPerson, after row: Int64) throws -> ErasedRow?
    /// Messages that a person wrote and that are not erased yet, beyond a row: by the author's name, or as a participant.
    func messages(by person: ErasedPerson, after row: Int64, limit: Int) throws -> [ErasedRow]
    func messages(by participant: SID, after row: Int64, limit: Int) throws -> [ErasedRow]
    /// Deliveries that are not settled: to a participant under a pair, or of a message.
    func unsettled(to participant: SID, under lane: PairKey, limit: Int) throws -> [Delivery]
    func unsettled(of message: SID, limit: Int) throws -> [Delivery]
    /// Users of an identity, in any service.
    func users(identity: String, limit: Int) throws -> [User]
    /// Users, there or gone, of whom events tell by this identity.
    func toldUsers(identity: String, limit: Int) throws -> [SID]
    /// True while a webhook is being told of something, or of something that an identity caused.
    func hasWebhookUnderWay(about subject: SID) throws -> Bool
    func hasWebhookUnderWay(by identity: String) throws -> Bool
}

/// Changes to search, imports, and the erasure of people.
public protocol ArchiveWriting: ArchiveReading {
    /// Inserts a conversation that nobody sees until it is published.
    func stage(_ conversation: Conversation, at: Instant) throws
    /// Inserts rows of a staged conversation with the indices that they have, and counts them.
    func stage(_ participants: [Participant], _ messages: [Message], in conversation: SID) throws
    /// Shows a staged conversation, with the values given and the counters that it has.
    ///
    /// - Parameter binding: true to hold the pairs of its participants; 409/50416 when another conversation holds one.
    func publish(_ conversation: Conversation, binding: Bool) throws
    /// Gives up what is staged: of one conversation, or of all. Nothing happens to what was published.
    func abandonImports(_ conversation: SID?) throws
    /// Takes rows of abandoned imports away, at most about `limit`. Returns their number, 0 when none is left.
    func discardAbandoned(limit: Int) throws -> Int

    /// Remembers bytes that a row has let go of.
    func loosen(_ keys: [MediaKey]) throws
    /// Forgets that bytes were let go of.
    func forgetLoose(_ keys: [MediaKey]) throws

    /// Records a job; its identifier is allotted.
    func insert(_ erasure: Erasure) throws -> Erasure
    func update(_ erasure: Erasure) throws
    /// Forgets remembered answers that show a person, among those beyond a row. Returns the last row looked at, nil at the end.
    func eraseAnswers(of person: ErasedPerson, after row: Int64, limit: Int) throws -> Int64?
    /// Takes from events what they say of their subjects and keeps their form. Returns the number; less than `limit` when none is left.
    func eraseEvents(about subjects: [SID], pseudonym: String, limit: Int) throws -> Int
    /// Empties messages and the payloads of their deliveries, and lets go of their media.
    func erase(_ messages: [SID], pseudonym: String) throws -> ErasureCounts
    /// Takes settled deliveries to a participant off their lane, with their payloads. Returns the number; less than `limit` when none is
    /// left.
    func eraseDeliveries(to participant: SID, under lane: PairKey, pseudonym: String, limit: Int) throws -> Int
    /// Forgets mail ids that were exchanged with a participant. Returns the number; less than `limit` when none is left.
    func eraseMailIDs(of participant: SID, limit: Int) throws -> Int
    /// Leaves a removed participant nothing but the pseudonym.
    func erase(participant: SID, pseudonym: String) throws
    /// Empties what came in from a person, and lets go of its bytes; what was held is ignored from then on.
    ///
    /// - Returns: the number; less than `limit` when none is left.
    func eraseInbox(of person: ErasedPerson, limit: Int) throws -> Int
    /// Removes lanes and windows of an address. Returns true when a lane still has something that is not settled.
    func eraseLanes(of person: ErasedPerson, limit: Int) throws -> Bool
    /// Takes a person's name off conversations they made and events they caused, and forgets which events they saw before they left.
    ///
    /// - Returns: the number; less than `limit` when none is left.
    func eraseTraces(of person: ErasedPerson, pseudonym: String, limit: Int) throws -> Int
    /// Deletes a user; nobody departs for it.
    func erase(user: SID) throws
    /// Forgets an identity's devices, and that users of it are departing. Returns the number; less than `limit` when none is left.
    func eraseDevices(of identity: String, limit: Int) throws -> Int
    /// Forgets media of a person that no message has, and their name on the rest. Returns the number; less than `limit` when none is left.
    func eraseMedia(by person: ErasedPerson, pseudonym: String, limit: Int) throws -> Int
    /// Forgets what webhooks were told, or are owed, of subjects, but for what is under way and what says the pseudonym. Returns the number;
    /// less than `limit` when none is left.
    func eraseWebhooks(about subjects: [SID], pseudonym: String, limit: Int) throws -> Int
    /// Takes an identity off what webhooks were told, or are owed, because of it, but for what is under way. Returns the number; less than
    /// `limit` when none is left.
    func eraseWebhooks(by identity: String, pseudonym: String, limit: Int) throws -> Int
    /// Merges some of the search index, so that words which are in no message any more leave it.
    ///
    /// - Parameter starts: true to begin a merge of the whole.
    /// - Returns: true while there is more to merge.
    func mergeSearchIndex(starts: Bool) throws -> Bool
}
