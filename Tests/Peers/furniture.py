"""One of everything, made before the document is fuzzed, so that paths with identifiers in them reach more than 404.

A plain table comes out: for each scope, the SIDs that may stand in a path behind each collection.
"""

import uuid

NAMES = ("one", "two", "three")


def furnish(daemon):
    """Makes the things and returns {"root": {collection: [SID, ...]}, "service": {...}}. What cannot be made is left out.

    There are three of each kind where it can be: the first stays for what reads and for what is made below it, the second is for what
    changes it, the third for what ends it.
    """
    services = [_try(daemon, "/v1/Services", {"FriendlyName": name}) for name in NAMES]
    credentials = [_try(daemon, "/v1/Credentials", {"Type": "fcm", "FriendlyName": name, "Secret": "a-server-key"}) for name in NAMES]
    # The mail adapter serves every address of this domain.
    domain = daemon.mailbox.split("@")[-1]
    addresses = [_try(daemon, "/v1/Configuration/Addresses", {"Type": "email", "Address": f"{name}@{domain}"}) for name in NAMES]
    table = {"root": {"Services": _sids(services), "Credentials": _sids(credentials), "Addresses": _sids(addresses)}}
    table["root"].update(_scope(daemon, "/v1", "1"))
    if services[0]:
        base = f"/v1/Services/{services[0]['sid']}"
        table["service"] = {"Services": [services[0]["sid"]], **_scope(daemon, base, "2")}
        if credentials[0]:
            device = {"Identity": "one2", "BindingType": "fcm", "CredentialSid": credentials[0]["sid"], "MessageTypes": ["new_message"]}
            table["service"]["Bindings"] = _sids([_try(daemon, f"{base}/Bindings", {**device, "Endpoint": name}) for name in NAMES])
        media = [
            daemon.call("POST", f"{base}/Media", params={"Filename": "a.txt"}, data=b"text", headers={"Content-Type": "text/plain"})
            for _ in NAMES
        ]
        table["service"]["Media"] = [answer.json()["sid"] for answer in media if answer.status_code == 201]
    return table


def _scope(daemon, base, digit):
    """Conversations with people and messages, users and roles, below one path."""
    role = {"Type": "conversation", "Permission": ["sendMessage", "leaveConversation"]}
    unique = uuid.uuid4().hex[:8]
    conversations = [_try(daemon, f"{base}/Conversations", {"UniqueName": f"{name}-{unique}"}) for name in NAMES]
    made = {
        "Roles": _sids([_try(daemon, f"{base}/Roles", {**role, "FriendlyName": name}) for name in NAMES]),
        "Users": _sids([_try(daemon, f"{base}/Users", {"Identity": name + digit}) for name in NAMES]),
        "Conversations": _sids(conversations),
    }
    if not conversations[0]:
        return made
    here = f"{base}/Conversations/{conversations[0]['sid']}"
    # The first user is in all of them and there is something to read; the others of the first conversation are not users that get removed.
    for other in conversations[1:]:
        _try(daemon, f"{base}/Conversations/{other['sid']}/Participants", {"Identity": f"one{digit}"})
        _try(daemon, f"{base}/Conversations/{other['sid']}/Messages", {"Body": "Hello"})
    people = [_try(daemon, f"{here}/Participants", {"Identity": name + digit}) for name in ("one", "guest", "visitor")]
    phone = {"MessagingBinding.Address": f"+1555800000{digit}", "MessagingBinding.ProxyAddress": daemon.proxy}
    _try(daemon, f"{here}/Participants", phone)
    messages = [_try(daemon, f"{here}/Messages", {"Author": f"one{digit}", "Body": name}) for name in NAMES]
    hook = {"Target": "webhook", "Configuration.Url": "http://127.0.0.1:9/hooks", "Configuration.Filters": ["onMessageAdded"]}
    hooks = [_try(daemon, f"{here}/Webhooks", hook) for _ in NAMES]
    made.update(Participants=_sids(people), Messages=_sids(messages), Webhooks=_sids(hooks))
    if messages[0]:
        listed = daemon.call("GET", f"{here}/Messages/{messages[0]['sid']}/Receipts")
        if listed.status_code == 200:
            made["Receipts"] = [one["sid"] for one in listed.json()["delivery_receipts"]]
    return made


def _try(daemon, path, form):
    answer = daemon.call("POST", path, data=form)
    return answer.json() if answer.status_code in (200, 201, 202) else None


def _sids(made):
    return [one["sid"] for one in made if one]
