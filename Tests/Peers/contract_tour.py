"""The helper library from PyPI through every operation of the contract: each answer is compared with the document that the daemon serves.

Prints `ok Operation` or `FAILED Operation: why` for each, and `N passed, N failed`. Its environment is read in peer/daemon.py.
"""

import traceback

from peer.daemon import Daemon
from peer.document import Document
from peer.report import Report
from tour import account, conversations, messages, people, service
from tour.scope import Scope
from tour.steps import Steps

# As many operations as the contract has; a document that lost some would otherwise pass with less.
CONTRACT_SIZE = 103


def through(steps, scope, group_phone):
    """What the default service and a service of its own have in common."""
    people.roles(steps, scope)
    people.users(steps, scope)
    conversations.conversations(steps, scope)
    conversations.participants(steps, scope)
    messages.messages(steps, scope)
    messages.receipts(steps, scope)
    conversations.webhooks(steps, scope)
    conversations.with_participants(steps, scope, group_phone)
    people.user_conversations(steps, scope, scope.made["conversation"], scope.made["unique name"])
    people.participant_conversations(steps, scope, scope.made["conversation"])


def end(steps, scope):
    people.end_user_conversation(steps, scope, scope.made["conversation"])
    conversations.end_conversation(steps, scope)


def tour(steps, daemon):
    v1 = steps.client.conversations.v1
    default = account.configuration(steps, v1)
    account.addresses(steps, v1, default, daemon.proxy, daemon.mailbox)
    credential = account.credentials(steps, v1)
    own = account.services(steps, v1, default)
    scopes = [
        Scope(v1, "", default, ("+15557770001", "+15557770002"), daemon.proxy, daemon.mailbox),
        Scope(v1.services(own), "Service", own, ("+15557770011", "+15557770012"), daemon.proxy, daemon.mailbox),
    ]
    for scope, group_phone in zip(scopes, ("+15557770003", "+15557770013")):
        through(steps, scope, group_phone)
    inner = scopes[1]
    service.configuration(steps, inner.root, (inner.made["conversation role"], inner.made["service role"]))
    service.bindings(steps, inner, credential)
    for scope in scopes:
        end(steps, scope)
    account.end_services(steps, v1, own)
    account.end_credentials(steps, v1, credential)


def compare(steps, document, report):
    """The tour went through exactly the operations that the document has of the contract."""
    contract = document.contract()
    if len(contract) != CONTRACT_SIZE:
        report.note(f"the document has {len(contract)} operations of the contract, expected {CONTRACT_SIZE}")
    for name in sorted(contract - report.reasons.keys()):
        report.failed(name, "the tour has no step for it")
    for name in sorted(report.reasons.keys() - contract):
        report.note(f"{name} is not an operation of the contract in the document")
    for name in sorted(contract - steps.exercised):
        if not report.reasons.get(name):
            report.failed(name, "it was never answered as the document says")


def main():
    daemon = Daemon.from_environment()
    document = Document.of(daemon)
    report = Report()
    steps = Steps(daemon, document, report)
    try:
        tour(steps, daemon)
    except Exception:
        report.note(f"the tour ended early:\n{traceback.format_exc()}")
    compare(steps, document, report)
    report.end()


if __name__ == "__main__":
    main()
