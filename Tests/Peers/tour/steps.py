"""A step of the tour: one call of the library, everything that it asked the daemon, and what came of it."""

import re
from datetime import datetime

from twilio.base.exceptions import TwilioException, TwilioRestException

from peer.conformance import Conformance
from peer.recording import RecordingHttpClient, excerpt

# The library makes a datetime of these, whatever the document calls their format.
DATE_ATTRIBUTE = re.compile(r"\A(conversation_)?date_(created|updated)\Z")


class Unmet(Exception):
    """Something that a step expects and did not get; its text says both."""


def require(condition, text):
    """Ends a step's check with a sentence, shown beside the last exchange."""
    if not condition:
        raise Unmet(text)


class Steps:
    """Runs the tour's calls and keeps their findings by operation. A failed step never ends the tour."""

    def __init__(self, daemon, document, report):
        self.daemon = daemon
        self.document = document
        self.report = report
        self.http = RecordingHttpClient()
        self.client = daemon.client(self.http)
        self.conformance = Conformance(document, daemon.api)
        # The operations that answered at least once as the step wanted.
        self.exercised = set()

    def step(self, operation, call, check=None):
        """Calls the library in the name of an operation, and returns what it returned, or None when it raised.

        Every answer must be of that operation and conform to the document; the library's object must carry the typed values.
        """
        self.report.tried(operation)
        before = len(self.http.exchanges)
        try:
            result = call()
        except Exception as error:  # Whatever the library raises is the finding.
            self._conform(operation, before)
            self._failed(operation, f"{type(error).__name__}: {excerpt(str(error))}", before)
            return None
        if self._conform(operation, before):
            self.exercised.add(operation)
        try:
            self._typed(operation, result, self.http.exchanges[before:])
            if check:
                check(result)
        except Unmet as unmet:
            self._failed(operation, str(unmet), before)
        except Exception as error:  # A check that stumbles over an answer is a finding, too.
            self._failed(operation, f"the check of the result raised {type(error).__name__}: {error}", before)
        return result

    def refused(self, operation, call, status, code=None, message=None):
        """A call that the daemon must refuse: with this status, with the code where one is given, and a text that `message` matches in."""
        self.report.tried(operation)
        before = len(self.http.exchanges)
        wanted = f"expected a refusal with {status}" + (f" and code {code}" if code else "")
        try:
            call()
        except TwilioException as error:
            # The library's error has no code where it is a list that is refused, so the answer's own is compared.
            answer = self.http.exchanges[-1]
            self._conform(operation, before)
            told = getattr(error, "code", answer.json.get("code"))
            if answer.status != status or (code and told != code):
                self._failed(operation, f"{wanted}, got {answer.status} and {told}", before)
            elif isinstance(error, TwilioRestException) and (error.status != status or not re.search(message or "", error.msg)):
                self._failed(operation, f"expected the refusal's message to match {message!r}, got {error.msg!r}", before)
        except Exception as error:  # A connection that broke, or an answer that is no JSON.
            self._failed(operation, f"{wanted}, got {type(error).__name__}: {error}", before)
        else:
            self._failed(operation, f"{wanted}; the daemon did it", before)

    def pages(self, operation, resource, wanted, key="sid", **filters):
        """Walks a list record by record over its pages, forward and back, and expects to meet each of `wanted` once."""

        def walk():
            return list(resource.stream(page_size=1, **filters))

        def complete(records):
            keys = [getattr(record, key) for record in records]
            require(len(set(keys)) == len(keys), f"a record came twice while paging: {keys}")
            require(set(wanted) <= set(keys), f"paging met {keys}, expected {wanted} among them")

        self.step(operation, walk, complete)
        self.step(
            operation, lambda: resource.list(limit=1, **filters), lambda records: require(len(records) == 1, f"{len(records)} records")
        )
        if len(wanted) < 2:
            return

        def there_and_back():
            first = resource.page(page_size=1, **filters)
            second = first.next_page()
            require(second is not None, "there is no second page")
            back = second.previous_page()
            require(back is not None, "there is no way back from the second page")
            again = resource.get_page(back._payload["meta"]["first_page_url"])
            keys = [[getattr(record, key) for record in page] for page in (first, second, back, again)]
            require(keys[0] == keys[2] == keys[3] and keys[0] != keys[1], f"pages there, on, and back again show {keys}")

        self.step(operation, there_and_back)

    def _conform(self, operation, before):
        """Compares what was answered since with the document; true when all of it conforms."""
        good = len(self.http.exchanges) > before
        if not good:
            self.report.failed(operation, "the library asked the daemon nothing")
        for exchange in self.http.exchanges[before:]:
            asked = self.document.operation(exchange.method, exchange.path)
            if asked is None:
                problems = [f"{exchange.method} {exchange.path} is not in the document"]
            elif asked.name != operation:
                problems = [f"the request is of {asked.name}"]
            else:
                problems = self.conformance.problems(asked, exchange)
            if problems:
                good = False
                self.report.failed(operation, "; ".join(problems) + f"\n{exchange}")
        return good

    def _typed(self, operation, result, exchanges):
        """The library's attributes carry what was answered: dates as datetimes, integers and booleans as such, the rest as it came."""
        if isinstance(result, bool) or result is None or not exchanges:
            return
        records = result if isinstance(result, list) else [result]
        payloads = []
        for exchange in exchanges:
            body = exchange.json
            payloads += body[body["meta"]["key"]] if "meta" in body else [body]
        for record, payload in zip(records, payloads):
            for name, value in payload.items():
                self._attribute(record, name, value)

    def _attribute(self, record, name, value):
        kind = type(record).__name__
        if not hasattr(record, name):
            # The document may say more than the library knows; it ignores that.
            return
        held = getattr(record, name)
        if DATE_ATTRIBUTE.match(name) and value is not None:
            require(isinstance(held, datetime), f"{kind}.{name} is {held!r} for {value!r}, not a datetime")
        elif not isinstance(held, datetime):
            require(held == value and isinstance(held, type(value)), f"{kind}.{name} is {held!r} where {value!r} was answered")

    def _failed(self, operation, reason, before):
        shown = self.http.exchanges[-1] if len(self.http.exchanges) > before else "(no request was made)"
        self.report.failed(operation, f"{reason}\n{shown}")


def sid(result, prefix):
    """The SID of what a step made, or one that does not exist, so that later steps are tried all the same."""
    return getattr(result, "sid", None) or prefix + "0" * 32
