"""The helper library's AccessToken as a user's credentials: a good one is let in as its identity, every spoiled one is turned away.

Prints `ok` or `FAILED` for each token, and `N passed, N failed`. Its environment is read in peer/daemon.py; it needs PARLEY_KEY and
PARLEY_KEY_SECRET, an API key of the daemon's settings.
"""

import base64
import json
import sys
import time
import uuid

import jwt
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant

from peer.daemon import Daemon
from peer.report import Report

# What a token that is not accepted may be told: bad credentials, whatever is the matter with the token, or a lifetime that is too long.
REFUSALS = (20003, *range(20101, 20108), 20157)
HOUR = 3600


class Tokens:
    """Makes tokens as the library does, each spoiled in one way at most."""

    def __init__(self, daemon, service, identity):
        self.daemon = daemon
        self.service = service
        self.identity = identity

    def made(self, **changes):
        options = {"account": self.daemon.account, "key": self.daemon.key, "secret": self.daemon.key_secret, **changes}
        token = AccessToken(
            options.pop("account"),
            options.pop("key"),
            options.pop("secret"),
            identity=options.pop("identity", self.identity),
            grants=[ChatGrant(service_sid=self.service)],
            **options,
        )
        text = token.to_jwt()
        return text if isinstance(text, str) else text.decode("ascii")

    def unsigned(self):
        """The same claims under `alg: none`, as no library should make them."""
        claims = jwt.decode(self.made(), options={"verify_signature": False})
        return jwt.encode(claims, None, algorithm="none", headers={"cty": "twilio-fpa;v=1"})

    def forged(self):
        """Another identity under a good token's signature."""
        head, body, signature = self.made().split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        claims["grants"]["identity"] = "mallory"
        forged = base64.urlsafe_b64encode(json.dumps(claims).encode("utf-8")).rstrip(b"=").decode("ascii")
        return f"{head}.{forged}.{signature}"

    def spoiled(self):
        """Each token that must be turned away, by what is wrong with it."""
        now = int(time.time())
        return {
            "an expired token": self.made(nbf=now - 2 * HOUR, valid_until=now - HOUR),
            "a token that is not valid yet": self.made(nbf=now + HOUR, valid_until=now + 2 * HOUR),
            "a token signed with another secret": self.made(secret="another secret of the very same key"),
            "a token of an unknown key": self.made(key="SK" + "f" * 32),
            "a token of another account": self.made(account="AC" + "f" * 32),
            "a token without a signature (alg none)": self.unsigned(),
            "a token with another identity under its signature": self.forged(),
            "a token that lives longer than a day": self.made(ttl=25 * HOUR),
            "a token without an identity": self.made(identity=None),
            "the key's secret instead of a token": self.daemon.key_secret,
            "an empty token": "",
        }


def main():
    daemon = Daemon.from_environment()
    if not (daemon.key and daemon.key_secret):
        sys.exit("set PARLEY_KEY and PARLEY_KEY_SECRET: an API key of the daemon's settings")
    report = Report()
    identity = f"alice-{uuid.uuid4().hex[:8]}"
    conversation = daemon.made("/v1/Conversations", {"FriendlyName": "Tokens"})
    daemon.made("/v1/Users", {"Identity": identity})
    daemon.made(f"/v1/Conversations/{conversation['sid']}/Participants", {"Identity": identity})
    tokens = Tokens(daemon, conversation["chat_service_sid"], identity)
    path = f"/v1/Users/{identity}/Conversations"

    def asked(token):
        return daemon.call("GET", path, headers={"Authorization": f"Bearer {token}"})

    for name, token in (
        ("a good token", tokens.made()),
        ("a good token that lives a day less a minute", tokens.made(ttl=24 * HOUR - 60)),
    ):
        report.tried(name)
        answer = asked(token)
        if answer.status_code != 200:
            report.failed(name, f"GET {path} was answered {answer.status_code}: {answer.text[:400]}")
        elif [one["conversation_sid"] for one in answer.json()["conversations"]] != [conversation["sid"]]:
            report.failed(name, f"GET {path} lists {answer.text[:600]}, expected {conversation['sid']} alone")

    for name, token in tokens.spoiled().items():
        report.tried(name)
        answer = asked(token)
        try:
            code = answer.json().get("code")
        except ValueError:
            code = None
        if answer.status_code != 401 or code not in REFUSALS:
            report.failed(name, f"expected 401 with one of {REFUSALS}, got {answer.status_code}: {answer.text[:400]}")

    name = "another person's token reads nothing of hers"
    report.tried(name)
    answer = asked(tokens.made(identity="mallory"))
    if answer.status_code not in (401, 403, 404):
        report.failed(name, f"GET {path} was answered {answer.status_code}: {answer.text[:400]}")
    report.end()


if __name__ == "__main__":
    main()
