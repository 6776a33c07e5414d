"""The helper library's RequestValidator over the daemon's webhooks, by POST and by GET, and the daemon's own signature beside it.

Prints `ok` or `FAILED` for each kind of request, and `N passed, N failed`. Its environment is read in peer/daemon.py.
"""

import hashlib
import hmac
import re
import time
import traceback

from twilio.request_validator import RequestValidator

from peer.daemon import Daemon
from peer.receiver import Form, Receiver
from peer.recording import excerpt
from peer.report import Report

# What is subscribed to, before and after the act; the account's webhooks are told of both.
BEFORE = ("onConversationAdd", "onParticipantAdd", "onMessageAdd")
AFTER = ("onConversationAdded", "onParticipantAdded", "onMessageAdded")
# A query of its own, with an escape, must be part of what is signed.
QUERY = "?desk=front%20office&x=1"
# How long the requests of one act may take to come, in seconds.
PATIENCE = 20
# How far the daemon's own time may be from ours, in seconds.
DRIFT = 300


class Signatures:
    """Checks one request after the other, in all the ways in which it must and must not validate."""

    def __init__(self, daemon, report):
        self.daemon = daemon
        self.report = report
        self.validator = RequestValidator(daemon.token)

    def check(self, name, hook):
        self.report.tried(name)
        if hook is None:
            self.report.failed(name, "it did not come within the time allowed")
            return
        for wrong in (*self._helper_library(hook), *self._own(hook)):
            self.report.failed(name, f"{wrong}\n{hook}")

    def _helper_library(self, hook):
        signature = hook.headers.get("x-twilio-signature")
        if not signature:
            yield "it has no X-Twilio-Signature"
            return
        # The query of a GET is part of the URL and signed with it.
        form = hook.form if hook.method == "POST" else {}
        if hook.method == "POST" and not hook.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            yield f"its content type is {hook.headers.get('content-type')!r}"
        if not self.validator.validate(hook.url, form, signature):
            yield f"RequestValidator refuses it; it would sign {self.validator.compute_signature(hook.url, form)!r}"
        if RequestValidator("another token").validate(hook.url, form, signature):
            yield "it validates with another token"
        if self.validator.validate(hook.url + "&more=1", form, signature):
            yield "it validates with another URL"
        if self.validator.validate(hook.url, Form(hook.body.decode("utf-8") + "&Body=forged"), signature):
            yield "it validates with a forged form"
        if self.validator.validate(hook.url, form, ("A" if signature[0] != "A" else "B") + signature[1:]):
            yield "it validates with another signature"

    def _own(self, hook):
        header = hook.headers.get("x-parley-signature", "")
        stated = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", header)
        if not stated:
            yield f"its X-Parley-Signature is {header!r}, expected t=<unix seconds>,v1=<64 hexadecimal digits>"
            return
        moment, digest = stated.groups()
        if abs(int(moment) - time.time()) > DRIFT:
            yield f"its X-Parley-Signature is of {moment}, now is {int(time.time())}"
        if not hmac.compare_digest(self._digest(moment, hook.method, hook.url, hook.body), digest):
            yield f"its X-Parley-Signature does not verify; expected v1={self._digest(moment, hook.method, hook.url, hook.body)}"
        if self._digest(moment, hook.method, hook.url, hook.body + b"&Body=forged") == digest:
            yield "its X-Parley-Signature verifies with a forged body"

    def _digest(self, moment, method, url, body):
        signed = f"{moment}.{method}.{url}.".encode("utf-8") + body
        return hmac.new(self.daemon.token.encode("utf-8"), signed, hashlib.sha256).hexdigest()


def act(client):
    """Adds a conversation, a person and a message with the hooks on, in text that escaping could spoil; returns the conversation's SID."""
    conversation = client.conversations.v1.conversations.create(
        friendly_name="Heizung & Größe = 100 %", attributes='{ "plus": "1+1" }', x_twilio_webhook_enabled="true"
    )
    conversation.participants.create(identity=f"alice+{conversation.sid[-6:]}@example.org", x_twilio_webhook_enabled="true")
    conversation.messages.create(body="Grüße:\n1 + 1 = 2 & mehr? 👋", x_twilio_webhook_enabled="true")
    return conversation.sid


def called(path, event, method):
    """Whether a request is of an event, by a method, at one of the receiver's paths."""
    return lambda hook: (hook.path, hook.event, hook.method) == (path, event, method)


def account_hooks(client, receiver, signatures, method):
    """Webhooks of the account, before and after each act."""
    client.conversations.v1.configuration.webhooks().update(
        method=method,
        filters=list(BEFORE + AFTER),
        pre_webhook_url=f"{receiver.origin}/before/{method}{QUERY}",
        post_webhook_url=f"{receiver.origin}/after/{method}{QUERY}",
    )
    act(client)
    deadline = time.monotonic() + PATIENCE
    for place, events in (("before", BEFORE), ("after", AFTER)):
        for event in events:
            hook = receiver.wait(called(f"/{place}/{method}", event, method), deadline - time.monotonic())
            signatures.check(f"{event} by {method}", hook)


def scoped_hooks(client, receiver, signatures, method):
    """A webhook of one conversation; its method is written small, and comes as any other."""
    conversation = client.conversations.v1.conversations.create()
    conversation.webhooks.create(
        target="webhook",
        configuration_url=f"{receiver.origin}/scoped/{method}{QUERY}",
        configuration_method=method.lower(),
        configuration_filters=["onMessageAdded"],
    )
    conversation.messages.create(body="To the conversation's own webhook: ä+b", x_twilio_webhook_enabled="true")
    hook = receiver.wait(called(f"/scoped/{method}", "onMessageAdded", method), PATIENCE)
    signatures.check(f"a scoped onMessageAdded by {method}", hook)


def silence(client, receiver, report):
    """What the REST API does without the header fires nothing."""
    name = "nothing without X-Twilio-Webhook-Enabled"
    quiet = client.conversations.v1.conversations.create()
    quiet.messages.create(body="Quiet")
    # Events are told in their order: once a later one has come, the quiet ones would have come before it.
    loud = act(client)
    report.tried(name)
    if receiver.wait(lambda hook: (hook.event, hook.form.get("ConversationSid")) == ("onMessageAdded", loud), PATIENCE) is None:
        report.failed(name, "what has the header fired nothing either")
    for hook in receiver.hooks:
        if hook.form.get("ConversationSid") == quiet.sid:
            report.failed(name, f"this came:\n{hook}")


def main():
    daemon = Daemon.from_environment()
    report = Report()
    client = daemon.client()
    signatures = Signatures(daemon, report)
    with Receiver() as receiver:
        for part in (
            lambda: account_hooks(client, receiver, signatures, "POST"),
            lambda: account_hooks(client, receiver, signatures, "GET"),
            lambda: scoped_hooks(client, receiver, signatures, "POST"),
            lambda: scoped_hooks(client, receiver, signatures, "GET"),
            lambda: silence(client, receiver, report),
        ):
            try:
                part()
            except Exception as error:
                place = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == __file__][-1]
                report.note(f"{place.name}, line {place.lineno}, raised {type(error).__name__}: {excerpt(str(error))}")
    report.end()


if __name__ == "__main__":
    main()
