"""Roles and users of a scope."""

from tour.account import removed
from tour.steps import require, sid


def roles(steps, scope):
    """Makes a conversation role and a service role that stay, and one that is removed again."""
    create, fetch, update, delete, listing = (scope.name(verb, "Role") for verb in ("Create", "Fetch", "Update", "Delete", "List"))
    made = steps.step(
        create,
        lambda: scope.root.roles.create(
            friendly_name=scope.unique("guest"), type="ConVersation", permission=["sendMessage", "leaveConversation"]
        ),
        lambda result: require(
            result.type == "conversation" and sorted(result.permissions) == ["leaveConversation", "sendMessage"],
            f"{result.type} {result.permissions}",
        ),
    )
    other = steps.step(
        create, lambda: scope.root.roles.create(friendly_name=scope.unique("clerk"), type="service", permission=["createConversation"])
    )
    short_lived = steps.step(
        create, lambda: scope.root.roles.create(friendly_name=scope.unique("spare"), type="conversation", permission=["sendMessage"])
    )
    scope.made["conversation role"], scope.made["service role"] = sid(made, "RL"), sid(other, "RL")
    role = sid(made, "RL")
    steps.step(fetch, lambda: scope.root.roles(role).fetch())
    wanted = ["deleteOwnMessage", "editOwnMessage", "leaveConversation", "sendMessage"]
    steps.step(
        update,
        lambda: scope.root.roles(role).update(permission=wanted),
        lambda result: require(sorted(result.permissions) == wanted, f"permissions are {result.permissions}"),
    )
    steps.refused(create, lambda: scope.root.roles.create(friendly_name="none", type="nonsense", permission=["sendMessage"]), 400)
    steps.pages(listing, scope.root.roles, [role, sid(other, "RL"), sid(short_lived, "RL")])
    steps.step(delete, lambda: scope.root.roles(sid(short_lived, "RL")).delete(), removed)
    steps.refused(
        fetch,
        lambda: scope.root.roles(sid(short_lived, "RL")).fetch(),
        404,
        20404,
        f"{scope.path}/Roles/{sid(short_lived, 'RL')} was not found",
    )


def users(steps, scope):
    """Makes three users: two stay for the conversations, the third is removed again. A user is found by SID and by identity."""
    create, fetch, update, delete, listing = (scope.name(verb, "User") for verb in ("Create", "Fetch", "Update", "Delete", "List"))
    alice, bob, zoe = scope.unique("alice"), scope.unique("bob"), scope.unique("zoë") + "@example.org"
    scope.made["alice"], scope.made["bob"] = alice, bob
    attributes = '{ "language": "de" }'
    made = steps.step(
        create,
        lambda: scope.root.users.create(
            identity=alice,
            friendly_name="Alice",
            attributes=attributes,
            role_sid=scope.made["service role"],
            x_twilio_webhook_enabled="tRuE",
        ),
        lambda result: require(
            (result.identity, result.friendly_name, result.attributes) == (alice, "Alice", attributes), "not kept as sent"
        ),
    )
    steps.step(create, lambda: scope.root.users.create(identity=bob, x_twilio_webhook_enabled="false"))
    third = steps.step(create, lambda: scope.root.users.create(identity=zoe))
    user = sid(made, "US")
    scope.made["user"] = user
    steps.step(fetch, lambda: scope.root.users(user).fetch())
    steps.step(
        fetch,
        lambda: scope.root.users(zoe).fetch(),
        lambda result: require(result.sid == sid(third, "US"), f"the identity as key led to {result.sid}"),
    )
    steps.step(
        update,
        lambda: scope.root.users(alice).update(friendly_name="Alice A.", attributes="{}", x_twilio_webhook_enabled="true"),
        lambda result: require(result.friendly_name == "Alice A." and result.sid == user, f"{result.friendly_name} {result.sid}"),
    )
    steps.refused(create, lambda: scope.root.users.create(identity=alice), 409, 50201)
    steps.pages(listing, scope.root.users, [user, sid(third, "US")])
    steps.step(delete, lambda: scope.root.users(zoe).delete(x_twilio_webhook_enabled="true"), removed)
    steps.refused(fetch, lambda: scope.root.users(sid(third, "US")).fetch(), 404, 20404)


def user_conversations(steps, scope, conversation, unique_name):
    """What a user sees of a conversation that they are in; it ends with the user leaving it."""
    noun = "UserConversation"
    alice = scope.made["alice"]
    mine = scope.root.users(alice).user_conversations

    def read(result):
        require(result.conversation_sid == conversation, f"conversation_sid is {result.conversation_sid}, expected {conversation}")
        require(result.unique_name == unique_name, f"unique_name is {result.unique_name!r}, expected {unique_name!r}")

    steps.pages(scope.name("List", noun), mine, [conversation], key="conversation_sid")
    steps.step(scope.name("Fetch", noun), lambda: mine(conversation).fetch(), read)
    steps.step(scope.name("Fetch", noun), lambda: scope.root.users(scope.made["user"]).user_conversations(unique_name).fetch(), read)

    def horizon(result):
        read(result)
        require(result.notification_level == "muted", f"notification_level is {result.notification_level!r}, expected 'muted'")
        require(result.last_read_message_index == 0, f"last_read_message_index is {result.last_read_message_index!r}, expected 0")
        require(isinstance(result.unread_messages_count, int), f"unread_messages_count is {result.unread_messages_count!r}")

    steps.step(
        scope.name("Update", noun),
        lambda: mine(conversation).update(notification_level="MuTed", last_read_message_index=0),
        horizon,
    )


def end_user_conversation(steps, scope, conversation):
    noun = "UserConversation"
    mine = scope.root.users(scope.made["alice"]).user_conversations
    steps.step(scope.name("Delete", noun), lambda: mine(conversation).delete(), removed)
    steps.refused(scope.name("Fetch", noun), lambda: mine(conversation).fetch(), 404, 20404)


def participant_conversations(steps, scope, conversation):
    """The conversations of a person, looked up by identity or by address, never by both."""
    operation = scope.name("List", "ParticipantConversation")

    def found(results):
        held = [result.conversation_sid for result in results]
        require(conversation in held, f"the person's conversations are {held}, expected {conversation} among them")

    lookup = scope.root.participant_conversations
    steps.step(operation, lambda: lookup.list(identity=scope.made["alice"]), found)
    steps.step(operation, lambda: lookup.list(address=scope.phones[0]), found)
    steps.pages(operation, lookup, [conversation], key="conversation_sid", identity=scope.made["alice"])
    steps.refused(operation, lambda: lookup.list(identity=scope.made["alice"], address=scope.phones[0]), 400, 50451)
