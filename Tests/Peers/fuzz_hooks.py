"""What schemathesis is told besides the document: for most cases, identifiers that exist stand in the path in place of made-up ones.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS); PARLEY_FURNITURE names the file with furniture.py's table.
"""

import itertools
import json
import os
import re
from collections import defaultdict

import schemathesis

with open(os.environ["PARLEY_FURNITURE"], encoding="utf-8") as file:
    FURNITURE = json.load(file)

# Of each operation's cases, every fourth keeps the identifiers that schemathesis made up.
MADE_UP = 4
counters = defaultdict(itertools.count)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts identifiers that exist into the path. Nothing is random here: a run with the same seed makes the same requests."""
    if not case.path_parameters or next(counters[case.method, case.path]) % MADE_UP == 0:
        return
    segments = case.path.strip("/").split("/")
    scope = FURNITURE.get("service" if segments[:3] == ["v1", "Services", "{ChatServiceSid}"] else "root", {})
    for collection, segment in zip(segments, segments[1:]):
        parameter = re.fullmatch(r"\{(.+)\}", segment)
        held = scope.get(collection) or []
        if not parameter or not held or parameter[1] not in case.path_parameters:
            continue
        case.path_parameters[parameter[1]] = held[min(_use(case, segment == segments[-1]), len(held) - 1)]


def _use(case, is_the_thing_itself):
    """Which of its kind a request gets: the first is needed by the operations below it, so what changes or ends one gets another."""
    if not is_the_thing_itself or case.method.upper() == "GET":
        return 0
    closes = isinstance(case.body, dict) and str(case.body.get("State")).lower() == "closed"
    return 2 if case.method.upper() == "DELETE" or closes else 1
