"""Messages of a scope's conversation, and the receipts of their deliveries."""

import time

from tour.account import removed
from tour.conversations import IMPORTED
from tour.steps import require, sid

# How often, and with what pause in seconds, a list is looked at until a delivery has settled.
LOOKS, PAUSE = 100, 0.1


def messages(steps, scope):
    """Alice and the application speak; one message carries a picture, one is removed again."""
    noun = "ConversationMessage"
    create, fetch, update, delete, listing = (scope.name(verb, noun) for verb in ("Create", "Fetch", "Update", "Delete", "List"))
    alice = scope.made["alice"]
    here = scope.root.conversations(scope.made["conversation"]).messages
    body = "Grüße an alle: 10 € & mehr? 👋"

    def kept(result):
        require((result.author, result.body) == (alice, body), f"{result.author!r} {result.body!r}")
        require(result.participant_sid == scope.made["chat participant"], f"participant_sid is {result.participant_sid!r}")
        require(result.index == 0, f"index is {result.index!r}, expected 0")
        require(result.delivery and result.delivery["total"] == 1, f"delivery is {result.delivery}, expected a total of 1")

    made = steps.step(
        create,
        lambda: here.create(author=alice, body=body, attributes='{"a": [1, 2]}', subject="Heating", x_twilio_webhook_enabled="tRUE"),
        kept,
    )
    imported = steps.step(
        create,
        lambda: scope.root.conversations(scope.made["unique name"]).messages.create(
            body="Noted.", date_created=IMPORTED, date_updated=IMPORTED
        ),
        lambda result: require(
            (result.author, result.participant_sid, result.date_created) == ("system", None, IMPORTED),
            f"{result.author!r} {result.participant_sid!r} {result.date_created}",
        ),
    )
    message = sid(made, "IM")
    scope.made["message"] = message
    picture = _picture(steps, scope, create)
    with_media = steps.step(
        create,
        lambda: here.create(author=alice, media_sid=picture),
        lambda result: require(
            [(one["sid"], one["content_type"], one["filename"], one["size"]) for one in result.media or []]
            == [(picture, "image/png", "leak.png", 8)],
            f"media are {result.media}",
        ),
    )
    steps.step(fetch, lambda: here(message).fetch(), kept)
    steps.step(
        update,
        lambda: here(sid(imported, "IM")).update(body="Noted, thanks.", attributes='{"b": 1}', x_twilio_webhook_enabled="true"),
        lambda result: require(
            (result.body, result.attributes) == ("Noted, thanks.", '{"b": 1}'), f"{result.body!r} {result.attributes!r}"
        ),
    )
    sids = [message, sid(imported, "IM"), sid(with_media, "IM")]
    steps.pages(listing, here, sids)
    steps.step(
        listing,
        lambda: here.list(order="DeSc"),
        lambda found: require([one.sid for one in found] == sids[::-1], f"order=desc lists {[one.index for one in found]}"),
    )
    steps.refused(create, lambda: here.create(author=alice, body="?", attributes="{"), 400, 50304)
    steps.refused(create, lambda: here.create(media_sid=picture), 400, 50508)
    steps.step(delete, lambda: here(sid(imported, "IM")).delete(x_twilio_webhook_enabled="true"), removed)
    steps.refused(fetch, lambda: here(sid(imported, "IM")).fetch(), 404, 20404)


def receipts(steps, scope):
    """The mock adapter confirms what it is given: the message to the phone has one receipt, which becomes delivered."""
    noun = "ConversationMessageReceipt"
    fetch, listing = scope.name("Fetch", noun), scope.name("List", noun)
    message = scope.root.conversations(scope.made["conversation"]).messages(scope.made["message"])
    found = []
    for _ in range(LOOKS):
        found = steps.step(listing, lambda: message.delivery_receipts.list())
        # A list that is refused would be refused a hundred times over.
        if found is None or any(receipt.status == "delivered" for receipt in found):
            break
        time.sleep(PAUSE)
    receipt = found[0] if found else None

    def settled(result):
        require(result.status == "delivered" and result.error_code == 0, f"{result.status!r} with error_code {result.error_code!r}")
        require(result.participant_sid == scope.made["phone participant"], f"participant_sid is {result.participant_sid}")
        require(result.message_sid == scope.made["message"], f"message_sid is {result.message_sid}")

    steps.step(fetch, lambda: message.delivery_receipts(sid(receipt, "DY")).fetch(), settled)
    steps.pages(listing, message.delivery_receipts, [sid(receipt, "DY")])
    steps.step(
        scope.name("Fetch", "ConversationMessage"),
        lambda: message.fetch(),
        lambda result: require(
            result.delivery["sent"] == result.delivery["delivered"] == "all" and result.delivery["failed"] == "none",
            f"delivery is {result.delivery}",
        ),
    )


def _picture(steps, scope, operation):
    """The library cannot upload, so a picture is put up with a plain request. Its eight bytes are a PNG's beginning."""
    path = f"/v1/Services/{scope.service}/Media"
    answer = steps.daemon.call(
        "POST", path, params={"Filename": "leak.png"}, data=b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"}
    )
    if answer.status_code == 201:
        return answer.json()["sid"]
    steps.report.failed(operation, f"no picture to attach: POST {path} was answered {answer.status_code}: {answer.text[:300]}")
    return sid(None, "ME")
