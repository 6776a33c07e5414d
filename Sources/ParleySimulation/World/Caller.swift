import ParleyBroker
import ParleyCore

/// An application that uses the API: it gives each command an idempotency key and repeats it until it is answered. What it believes of conversations
/// comes from the answers it got.
final class Caller {
    /// A conversation as the caller knows it.
    struct Room {
        let sid: SID
        var isOpen = true
        var people: [SID] = []
        var names: [String] = []
    }

    private let world: World
    private let daemon: Daemon
    private var dice: Dice
    private(set) var rooms: [Room] = []
    private(set) var messages: [(sid: SID, room: SID, label: String)] = []
    private var keys = 0

    init(world: World, daemon: Daemon, dice: inout Dice) {
        self.world = world
        self.daemon = daemon
        self.dice = dice.split()
    }

    // MARK: - Commands

    func create() {
        var changes = ConversationChanges()
        changes.friendlyName = "room \(keys)"
        issue("create", CreateConversation(changes), { $0.sid.text }) { [self] answer in
            guard let sid = SID(answer, .conversation) else { return }
            world.ledger.acknowledged.append(Ledger.Acknowledged(label: "", kind: .conversation, sid: sid))
            rooms.append(Room(sid: sid))
            for _ in 0..<3 { add(to: sid) }
        }
    }

    func say() {
        guard let room = dice.pick(usual) else { return }
        let label = "m\(keys)"
        let author = dice.permille(150) ? dice.pick(Cast.chatters + Cast.phones + Cast.mailboxes) : dice.pick(room.names)
        let message = CreateMessage(
            in: ConversationName(room.sid), author: author.map { Cast.variant($0, &dice) }, body: "\(label) confidential")
        issue("say \(label) as \(author ?? "system")", message, { $0.sid.text }) { [self] answer in
            guard let sid = SID(answer, .message) else { return }
            world.ledger.acknowledged.append(Ledger.Acknowledged(label: label, kind: .message, sid: sid))
            messages.append((sid, room.sid, label))
        }
    }

    func add(to conversation: SID? = nil) {
        guard let room = conversation ?? dice.pick(usual)?.sid else { return }
        switch dice.below(5) {
        case 0:
            let identity = dice.pick(Cast.chatters) ?? ""
            add(AddParticipant(to: ConversationName(room), identity: identity), identity, room)
        case 1, 2:
            let address = dice.pick(Cast.mailboxes) ?? ""
            add(person(address, dice.pick(Cast.mailProxies), room), address, room)
        default:
            let address = dice.pick(Cast.phones) ?? ""
            add(person(address, dice.pick(Cast.smsProxies), room), address, room)
        }
    }

    /// Tries to make one of our own addresses a participant, which must be refused.
    func addOurs() {
        guard let room = dice.pick(usual) else { return }
        let command = AddParticipant(to: ConversationName(room.sid), address: "Help@IN.example", proxyAddress: "team@in.example")
        issue("add our own address", command, { $0.sid.text }) { [self] _ in
            world.fail(.audience, "an address that we serve became a participant's")
        }
    }

    func remove() {
        guard let room = dice.pick(usual), let person = dice.pick(room.people) else { return }
        let command = RemoveParticipant(ParticipantName(person.text), from: ConversationName(room.sid))
        issue("remove \(person.short)", command, { _ in "" }) { [self] _ in
            if let place = rooms.firstIndex(where: { $0.sid == room.sid }) { rooms[place].people.removeAll { $0 == person } }
        }
    }

    func close() {
        guard let room = dice.pick(usual) else { return }
        var changes = ConversationChanges()
        changes.state = .closed
        issue("close \(room.sid.short)", UpdateConversation(ConversationName(room.sid), changes), { _ in "" }) { [self] _ in leave(room.sid)
        }
    }

    func delete() {
        guard let room = dice.pick(rooms) else { return }
        issue("delete \(room.sid.short)", DeleteConversation(ConversationName(room.sid)), { _ in "" }) { [self] _ in leave(room.sid) }
    }

    func deleteMessage() {
        guard let message = dice.pick(messages.suffix(10)) else { return }
        issue("delete \(message.label)", DeleteMessage(message.sid, in: ConversationName(message.room)), { _ in "" }) { _ in }
    }

    func editMessage() {
        guard let message = dice.pick(messages.suffix(10)) else { return }
        var command = UpdateMessage(message.sid, in: ConversationName(message.room))
        command.body = "\(message.label) confidential edit \(keys)"
        issue("edit \(message.label)", command, { _ in "" }) { _ in }
    }

    // MARK: - What it knows

    /// Rooms that are open as far as it knows, and now and then any.
    private var usual: [Room] {
        let open = rooms.filter(\.isOpen)
        return open.isEmpty ? rooms : open
    }

    /// Opens a new room in the place of one that is gone; its people are soon in the new one.
    private func leave(_ conversation: SID) {
        if let place = rooms.firstIndex(where: { $0.sid == conversation }) { rooms[place].isOpen = false }
        if rooms.filter(\.isOpen).count < 3 { create() }
    }

    private func person(_ address: String, _ proxy: String?, _ room: SID) -> AddParticipant {
        AddParticipant(to: ConversationName(room), address: Cast.variant(address, &dice), proxyAddress: proxy)
    }

    private func add(_ command: AddParticipant, _ name: String, _ room: SID) {
        issue("add \(name) to \(room.short) under \(command.proxyAddress ?? "-")", command, { $0.sid.text }) { [self] answer in
            guard let sid = SID(answer, .participant), let place = rooms.firstIndex(where: { $0.sid == room }) else { return }
            world.ledger.acknowledged.append(Ledger.Acknowledged(label: name, kind: .participant, sid: sid))
            rooms[place].people.append(sid)
            rooms[place].names.append(name)
        }
    }

    private func issue<F: Fact>(
        _ what: String, _ fact: F, _ describe: @escaping @Sendable (F.Answer) -> String, done: @escaping (String) -> Void
    ) {
        keys += 1
        let command = Once(key: "k\(keys)", inner: fact, describe: describe)
        attempt(what, command, 1, done)
    }

    private func attempt<F: Fact>(_ what: String, _ command: Once<F>, _ number: Int, _ done: @escaping (String) -> Void) {
        world.later(number == 1 ? .zero : dice.duration(500, 20000)) { [self] in
            do {
                world.note("\(command.key) try \(number): \(what)")
                let answer = try await daemon.perform(command)
                world.note("\(command.key) ok \(answer.prefix(8))")
                done(answer)
            } catch let refusal as Refusal {
                world.note("\(command.key) refused \(refusal.code)")
            } catch {
                attempt(what, command, number + 1, done)
            }
        }
    }
}
