"""The daemon under test, as its environment names it, and how this folder's scripts talk to it."""

import os
import sys
from dataclasses import dataclass

import requests
from twilio.rest import Client

# No request of these scripts waits longer, in seconds.
TIMEOUT = 30


@dataclass(frozen=True)
class Daemon:
    """Read from PARLEY_API (its origin), PARLEY_ACCOUNT, PARLEY_TOKEN and, where a script needs them, the optional ones below."""

    api: str
    account: str
    token: str
    # PARLEY_PROXY: a number that the mock SMS adapter serves.
    proxy: str
    # PARLEY_MAILBOX: an address that the mail adapter serves.
    mailbox: str
    # PARLEY_KEY and PARLEY_KEY_SECRET: an API key of the settings.
    key: str
    key_secret: str

    @classmethod
    def from_environment(cls):
        missing = [name for name in ("PARLEY_API", "PARLEY_ACCOUNT", "PARLEY_TOKEN") if not os.environ.get(name)]
        if missing:
            sys.exit(f"set {', '.join(missing)}: the daemon's origin, its account's SID and token")
        return cls(
            api=os.environ["PARLEY_API"].rstrip("/"),
            account=os.environ["PARLEY_ACCOUNT"],
            token=os.environ["PARLEY_TOKEN"],
            proxy=os.environ.get("PARLEY_PROXY", "+15550100000"),
            mailbox=os.environ.get("PARLEY_MAILBOX", "support@in.example"),
            key=os.environ.get("PARLEY_KEY", ""),
            key_secret=os.environ.get("PARLEY_KEY_SECRET", ""),
        )

    def call(self, method, path, **options):
        """One request with the account's Basic credentials, unless `auth` or `headers` say otherwise."""
        options.setdefault("timeout", TIMEOUT)
        if "Authorization" not in options.get("headers", {}):
            options.setdefault("auth", (self.account, self.token))
        return requests.request(method, self.api + path, **options)

    def made(self, path, form):
        """Creates something the plain way and returns its JSON; a refusal ends the script with the answer shown."""
        answer = self.call("POST", path, data=form)
        if answer.status_code not in (200, 201, 202):
            raise SystemExit(f"POST {path} {form} was answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def client(self, http_client=None):
        """The helper library's client, pointed here by the one attribute that its users set."""
        client = Client(self.account, self.token, http_client=http_client)
        client.conversations.base_url = self.api
        return client
