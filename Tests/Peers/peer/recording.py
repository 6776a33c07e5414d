"""The helper library's HTTP client, remembering every exchange so that its answers can be compared with the document."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient

from .daemon import TIMEOUT


@dataclass(frozen=True)
class Exchange:
    """A request that the library made, and what came back."""

    method: str
    url: str
    params: dict
    form: dict
    status: int
    content_type: str
    text: str

    @property
    def path(self):
        return urlsplit(self.url).path

    @property
    def json(self):
        return json.loads(self.text)

    def __str__(self):
        asked = {**(self.params or {}), **(self.form or {})}
        return f"{self.method} {self.url} {asked or ''}\n-> {self.status} {excerpt(self.text)}"


def excerpt(text, length=600):
    """The beginning of an answer, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + " ..."


class RecordingHttpClient(TwilioHttpClient):
    """What the library takes as `http_client`; `exchanges` grows by one with each request."""

    def __init__(self):
        super().__init__(timeout=TIMEOUT)
        self.exchanges = []

    def request(self, method, url, params=None, data=None, headers=None, **others):
        response = super().request(method, url, params=params, data=data, headers=headers, **others)
        asked = self._test_only_last_request
        self.exchanges.append(
            Exchange(
                method=method.upper(),
                url=url,
                params=_plain(params),
                form=_plain(asked.data),
                status=response.status_code,
                content_type=(response.headers or {}).get("Content-Type", ""),
                text=response.text or "",
            )
        )
        return response


def _plain(values):
    return dict(values) if isinstance(values, dict) else {}
