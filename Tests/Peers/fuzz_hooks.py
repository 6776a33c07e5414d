"""What schemathesis is told besides the document, so that more of its cases get past the first refusal.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS); PARLEY_FURNITURE names the file with furniture.py's table. Nothing here is random: a run
with the same seed makes the same requests but for the identifiers that the daemon gives.
"""

import itertools
import json
import os
import re
from collections import defaultdict

import schemathesis

with open(os.environ["PARLEY_FURNITURE"], encoding="utf-8") as file:
    FURNITURE = json.load(file)

# Of each operation's cases, every fourth is sent as schemathesis made it; the others have identifiers that exist in their path, and every
# other one has sensible values where the schema says less than the contract.
ROUND = 4
# A parameter that is there gets this value; None takes it away.
SENSIBLE = {
    "Attributes": '{"fuzzed": true}',
    "Permission": ["sendMessage", "leaveConversation"],
    "DateCreated": "2020-07-01T22:18:37Z",
    "DateUpdated": "2020-07-01T22:18:38Z",
    "LastReadTimestamp": "2020-07-01T22:18:37Z",
    "LastReadMessageIndex": 0,
    "StartDate": "2020-07-01",
    "EndDate": "2030-07-01",
    "Timers.Inactive": "PT1H",
    "Timers.Closed": "P1D",
    "DefaultInactiveTimer": "PT1H",
    "DefaultClosedTimer": "P1D",
    "Configuration.Filters": ["onMessageAdded"],
    "Filters": ["onMessageAdded"],
    "AutoCreation.WebhookFilters": ["onMessageAdded"],
    "MessagingBinding.ProxyAddress": os.environ.get("PARLEY_PROXY", "+15550100000"),
    "MessagingBinding.ProjectedAddress": None,
    "From": "+15558000001",
    "To": os.environ.get("PARLEY_PROXY", "+15550100000"),
    "PageToken": None,
    "RoleSid": None,
    "MediaSid": None,
    "ContentSid": None,
    "DefaultConversationCreatorRoleSid": None,
    "DefaultConversationRoleSid": None,
    "DefaultChatServiceRoleSid": None,
    "DefaultChatServiceSid": None,
}
# Nobody listens there. A made-up URL would have the daemon knock at a stranger's door.
NOWHERE = "http://127.0.0.1:9/hooks"
counters = defaultdict(itertools.count)


@schemathesis.hook
def before_call(context, case, kwargs):
    _keep_home(case)
    number = next(counters[case.method, case.path])
    if number % ROUND == 0:
        return
    scope = FURNITURE.get("service" if case.path.startswith("/v1/Services/{ChatServiceSid}") else "root", {})
    _identify(case, scope)
    if "Idempotency-Key" in (case.headers or {}):
        # A key is good for one request, and schemathesis likes short ones.
        case.headers["Idempotency-Key"] = f"{case.method}-{case.path}-{number}"
    if number % 2:
        _make_sensible(case, scope, number)


def _keep_home(case):
    """No URL leads away from this machine, and no hook that nobody answers stands before everything that comes after it."""
    if not isinstance(case.body, dict):
        return
    for name in [name for name in case.body if name.endswith("Url") and "://" in str(case.body[name])]:
        if name == "PreWebhookUrl":
            del case.body[name]
        else:
            case.body[name] = NOWHERE


def _identify(case, scope):
    """Puts identifiers that exist into the path."""
    segments = case.path.strip("/").split("/")
    for collection, segment in zip(segments, segments[1:]):
        parameter = re.fullmatch(r"\{(.+)\}", segment)
        held = scope.get(collection) or []
        if parameter and held and parameter[1] in (case.path_parameters or {}):
            case.path_parameters[parameter[1]] = held[min(_use(case, segment == segments[-1]), len(held) - 1)]


def _use(case, is_the_thing_itself):
    """Which of its kind a request gets: the first is needed by the operations below it, so what changes or ends one gets another."""
    if not is_the_thing_itself or case.method.upper() == "GET":
        return 0
    closes = isinstance(case.body, dict) and str(case.body.get("State")).lower() == "closed"
    return 2 if case.method.upper() == "DELETE" or closes else 1


def _make_sensible(case, scope, number):
    for values in (case.query, case.body):
        if not isinstance(values, dict):
            continue
        # A conversation that is said to be old would be closed by its timers at once, so only one of the two is left.
        unwanted = [name for name in values if name.startswith("Timers." if number % ROUND == 1 else "Date")]
        for name in [name for name in values if name in SENSIBLE]:
            if SENSIBLE[name] is None or name in unwanted:
                del values[name]
            else:
                values[name] = SENSIBLE[name]
        if values.get("State") == "initializing":
            # The contract's word for what the daemon is doing: nobody may ask for it.
            values["State"] = "active"
        if "MessagingBinding.Address" in values:
            # A person is named by a pair or by an identity.
            values["MessagingBinding.Address"] = f"+1555{(8100000 if scope is FURNITURE['root'] else 8200000) + number}"
            values["MessagingBinding.ProxyAddress"] = SENSIBLE["MessagingBinding.ProxyAddress"]
            values.pop("Identity", None)
        if case.path.endswith("/ParticipantConversations"):
            # Looked up by one of the two.
            values.clear()
            values["Identity"] = "one1" if scope is FURNITURE["root"] else "one2"


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """Lines of JSON are sent as they were made, whatever they are."""
    if isinstance(value, bytes):
        return value
    return value.data if hasattr(value, "data") else str(value).encode("utf-8", "replace")
