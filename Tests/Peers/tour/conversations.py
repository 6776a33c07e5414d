"""Conversations of a scope, their participants and their scoped webhooks."""

import json
from datetime import datetime, timezone

from tour.account import NOWHERE, removed
from tour.steps import require, sid

# A date that a caller imports: the daemon keeps it instead of its own.
IMPORTED = datetime(2020, 7, 1, 22, 18, 37, tzinfo=timezone.utc)


def conversations(steps, scope):
    """Makes the conversation that the other parts use, and two more for the pages and for refusals."""
    noun = "Conversation"
    create, fetch, update, listing = (scope.name(verb, noun) for verb in ("Create", "Fetch", "Update", "List"))
    name = scope.unique("boiler")
    attributes = '{ "topic": "feedback" }'

    def kept(result):
        require(result.unique_name == name, f"unique_name is {result.unique_name!r}, expected {name!r}")
        require(result.attributes == attributes, f"attributes are {result.attributes!r}, expected {attributes!r} byte for byte")
        require(result.date_created == IMPORTED, f"date_created is {result.date_created}, expected {IMPORTED}")
        require(result.state == "active", f"state is {result.state!r}, expected 'active'")
        require({"date_inactive", "date_closed"} <= set(result.timers or {}), f"timers are {result.timers}, expected two dates")

    made = steps.step(
        create,
        lambda: scope.root.conversations.create(
            friendly_name="Heizung – Größe?",
            unique_name=name,
            attributes=attributes,
            date_created=IMPORTED,
            state="AcTiVe",
            timers_inactive="PT10M",
            timers_closed="P1D",
            x_twilio_webhook_enabled="TrUe",
        ),
        kept,
    )
    by_mail = steps.step(
        create,
        lambda: scope.root.conversations.create(bindings_email_address=scope.mailbox, bindings_email_name="Support"),
        lambda result: require(
            result.bindings.get("email", {}).get("name") == "Support" and "projected_address" in result.bindings["email"],
            f"bindings are {result.bindings}, expected an email binding of Support",
        ),
    )
    third = steps.step(create, lambda: scope.root.conversations.create(x_twilio_webhook_enabled="false"))
    conversation = sid(made, "CH")
    scope.made["conversation"], scope.made["unique name"], scope.made["other"] = conversation, name, sid(third, "CH")
    steps.step(fetch, lambda: scope.root.conversations(conversation).fetch(), kept)
    steps.step(
        fetch,
        lambda: scope.root.conversations(name).fetch(),
        lambda result: require(result.sid == conversation, f"the unique name as key led to {result.sid}"),
    )
    steps.step(
        update,
        lambda: scope.root.conversations(name).update(friendly_name="Boiler", state="InActive", x_twilio_webhook_enabled="true"),
        lambda result: require(
            result.friendly_name == "Boiler" and result.state == "inactive", f"{result.friendly_name!r} {result.state!r}"
        ),
    )
    steps.step(update, lambda: scope.root.conversations(conversation).update(state="active"))
    steps.pages(listing, scope.root.conversations, [conversation, sid(by_mail, "CH"), sid(third, "CH")])
    steps.step(
        listing,
        lambda: scope.root.conversations.list(start_date="2020-07-01", end_date="2020-07-02", state="ActivE"),
        lambda found: require([one.sid for one in found] == [conversation], f"the filter lists {[one.sid for one in found]}"),
    )
    steps.refused(create, lambda: scope.root.conversations.create(unique_name=name), 409, 50353)
    steps.refused(create, lambda: scope.root.conversations.create(attributes="{"), 400, 50304)
    missing = "CH" + "f" * 32
    steps.refused(
        fetch,
        lambda: scope.root.conversations(missing).fetch(),
        404,
        20404,
        f"The requested resource {scope.path}/Conversations/{missing} was not found",
    )
    steps.refused(listing, lambda: scope.root.conversations.list(page_size=101), 400, 20007)


def participants(steps, scope):
    """A chat user and two phones join; a phone's pair is held by one conversation at a time."""
    noun = "ConversationParticipant"
    create, fetch, update, delete, listing = (scope.name(verb, noun) for verb in ("Create", "Fetch", "Update", "Delete", "List"))
    conversation, alice = scope.made["conversation"], scope.made["alice"]
    here = scope.root.conversations(conversation)
    first, second = scope.phones
    chat = steps.step(
        create,
        lambda: here.participants.create(
            identity=alice, attributes='{"role": "tenant"}', role_sid=scope.made["conversation role"], x_twilio_webhook_enabled="true"
        ),
        lambda result: require(result.identity == alice and result.messaging_binding is None, f"{result.messaging_binding}"),
    )

    def bound(result):
        expected = {"type": "sms", "address": first, "proxy_address": scope.proxy}
        held = result.messaging_binding or {}
        require({key: held.get(key) for key in expected} == expected, f"messaging_binding is {held}, expected {expected}")

    phone = steps.step(
        create,
        lambda: here.participants.create(
            messaging_binding_address=first, messaging_binding_proxy_address=scope.proxy, date_created=IMPORTED
        ),
        bound,
    )
    leaving = steps.step(
        create,
        lambda: scope.root.conversations(scope.made["unique name"]).participants.create(
            messaging_binding_address=second, messaging_binding_proxy_address=scope.proxy, x_twilio_webhook_enabled="false"
        ),
    )
    scope.made["chat participant"], scope.made["phone participant"] = sid(chat, "MB"), sid(phone, "MB")
    steps.step(fetch, lambda: here.participants(sid(phone, "MB")).fetch(), bound)
    steps.step(
        fetch,
        lambda: here.participants(alice).fetch(),
        lambda result: require(result.sid == sid(chat, "MB"), f"the identity as key led to {result.sid}"),
    )
    steps.step(
        update,
        lambda: here.participants(alice).update(attributes="{}", date_updated=IMPORTED, x_twilio_webhook_enabled="true"),
        lambda result: require(
            result.attributes == "{}" and result.date_updated == IMPORTED, f"{result.attributes} {result.date_updated}"
        ),
    )
    steps.pages(listing, here.participants, [sid(chat, "MB"), sid(phone, "MB"), sid(leaving, "MB")])

    other = scope.root.conversations(scope.made["other"])
    # Programs read the conversation's SID out of this sentence.
    steps.refused(
        create,
        lambda: other.participants.create(messaging_binding_address=first, messaging_binding_proxy_address=scope.proxy),
        409,
        50416,
        f"A binding for this participant and proxy address already exists in Conversation {conversation}",
    )
    steps.refused(create, lambda: here.participants.create(identity=alice), 409, 50433)
    steps.refused(
        create,
        lambda: here.participants.create(messaging_binding_address="+111", messaging_binding_proxy_address=scope.proxy),
        400,
        50407,
    )
    steps.step(
        delete, lambda: here.participants(sid(leaving, "MB")).delete(x_twilio_webhook_enabled="true"), removed
    )
    steps.refused(fetch, lambda: here.participants(sid(leaving, "MB")).fetch(), 404, 20404)
    steps.step(
        create,
        lambda: other.participants.create(messaging_binding_address=second, messaging_binding_proxy_address=scope.proxy),
        lambda result: require(result.conversation_sid == scope.made["other"], "a pair that was released is held by nobody"),
    )


def webhooks(steps, scope):
    """A webhook and a trigger of the conversation's own."""
    noun = "ConversationScopedWebhook"
    create, fetch, update, delete, listing = (scope.name(verb, noun) for verb in ("Create", "Fetch", "Update", "Delete", "List"))
    hooks = scope.root.conversations(scope.made["conversation"]).webhooks

    def kept(result):
        held = result.configuration
        require(result.target == "webhook", f"target is {result.target!r}")
        require(held["url"] == NOWHERE and held["method"] == "get", f"configuration is {held}")
        require(sorted(held["filters"]) == ["onMessageAdded", "onMessageUpdated"], f"configuration is {held}")

    made = steps.step(
        create,
        lambda: hooks.create(
            target="WebHook",
            configuration_url=NOWHERE,
            configuration_method="gEt",
            configuration_filters=["onMessageAdded", "onMessageUpdated"],
            configuration_replay_after=0,
        ),
        kept,
    )
    trigger = steps.step(
        create,
        lambda: hooks.create(
            target="trigger", configuration_url=NOWHERE, configuration_method="post", configuration_triggers=["help", "stop"]
        ),
        # The contract shows a trigger's words under the name of a webhook's events.
        lambda result: require(sorted(result.configuration["filters"]) == ["help", "stop"], f"configuration is {result.configuration}"),
    )
    hook = sid(made, "WH")
    steps.step(fetch, lambda: hooks(hook).fetch(), kept)
    steps.pages(listing, hooks, [hook, sid(trigger, "WH")])
    steps.step(
        update,
        lambda: hooks(hook).update(configuration_filters=["onParticipantAdded"], configuration_method="PoSt"),
        lambda result: require(
            result.configuration["filters"] == ["onParticipantAdded"] and result.configuration["method"] == "post",
            f"configuration is {result.configuration}",
        ),
    )
    for one in (hook, sid(trigger, "WH")):
        steps.step(delete, lambda one=one: hooks(one).delete(), removed)
    steps.refused(fetch, lambda: hooks(hook).fetch(), 404, 20404)


def with_participants(steps, scope, phone):
    """A conversation and its people in one call; each person is a JSON text of its own."""
    operation = scope.name("Create", "ConversationWithParticipants")
    name = scope.unique("group")
    steps.step(
        operation,
        lambda: scope.root.conversation_with_participants.create(
            friendly_name="Group",
            unique_name=name,
            attributes='{ "topic": "group" }',
            participant=[
                json.dumps({"identity": scope.made["alice"]}),
                json.dumps({"identity": scope.made["bob"]}),
                json.dumps({"messaging_binding": {"address": phone, "proxy_address": scope.proxy}}),
            ],
            x_twilio_webhook_enabled="true",
        ),
        lambda result: require(
            result.unique_name == name and result.state in ("initializing", "active"), f"{result.unique_name!r} {result.state!r}"
        ),
    )
    steps.step(
        scope.name("List", "ConversationParticipant"),
        lambda: scope.root.conversations(name).participants.list(),
        lambda people: require(
            sorted(one.identity or one.messaging_binding["address"] for one in people)
            == sorted([phone, scope.made["alice"], scope.made["bob"]]),
            f"the participants are {[one.identity or one.messaging_binding for one in people]}",
        ),
    )


def end_conversation(steps, scope):
    noun = "Conversation"
    conversation = scope.made["conversation"]
    steps.step(
        scope.name("Update", noun),
        lambda: scope.root.conversations(conversation).update(state="closed"),
        lambda result: require(result.state == "closed", f"state is {result.state!r}"),
    )
    steps.refused(
        scope.name("Create", "ConversationMessage"),
        lambda: scope.root.conversations(conversation).messages.create(body="Too late"),
        400,
        50377,
    )
    steps.step(
        scope.name("Delete", noun), lambda: scope.root.conversations(conversation).delete(x_twilio_webhook_enabled="true"), removed
    )
    steps.refused(scope.name("Fetch", noun), lambda: scope.root.conversations(conversation).fetch(), 404, 20404)
