"""Whether an answer keeps what the document says of its operation, told in sentences."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

# The exact form that the helper library reads; with fractions or an offset its users would silently get a string.
DATE = "%Y-%m-%dT%H:%M:%SZ"
# Properties that name a resource of the daemon's own: their origin is checked, too.
OWN_URL = re.compile(r"\A(url|(first|next|previous)_page_url)\Z")

formats = FormatChecker(formats=())


@formats.checks("date-time")
def is_date(value):
    if not isinstance(value, str):
        return True
    try:
        return datetime.strptime(value, DATE).strftime(DATE) == value
    except ValueError:
        return False


@formats.checks("uri")
def is_absolute(value):
    if not isinstance(value, str):
        return True
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


@formats.checks("uri-map")
def is_map_of_absolutes(value):
    return not isinstance(value, dict) or all(isinstance(link, str) and is_absolute(link) for link in value.values())


class Conformance:
    """Compares exchanges with a document. Every resource shows every property that is documented for it."""

    def __init__(self, document, origin):
        self.document = document
        self.origin = origin

    def problems(self, operation, exchange):
        """What is wrong with an answer, a sentence each; empty when nothing is."""
        response = operation.response(exchange.status)
        documents_errors = any(not code.startswith("2") for code in operation.responses)
        if response is None:
            if exchange.status >= 400 and not documents_errors:
                return self._error_problems(exchange)
            return [f"status {exchange.status} is not documented; documented are {', '.join(sorted(operation.responses))}"]
        content = response.get("content") or {}
        if not content:
            return [f"a body where none is documented: {exchange.text[:200]!r}"] if exchange.text else []
        kind = exchange.content_type.split(";")[0].strip()
        if kind not in content:
            return [f"content type {kind!r} is not documented; documented are {', '.join(content)}"]
        try:
            body = exchange.json
        except ValueError as error:
            return [f"the body is not JSON: {error}"]
        schema = content[kind].get("schema", {})
        found = self._schema_problems(schema, body)
        if exchange.status < 300:
            found += self._missing(schema, body)
            found += self._strays(body)
        else:
            found += self._error_problems(exchange)
        return found

    def _schema_problems(self, schema, body):
        validator = Draft202012Validator(self.document.json_schema_of(schema), format_checker=formats)
        errors = sorted(validator.iter_errors(body), key=lambda error: error.json_path)
        return [f"{error.json_path}: {error.message[:300]} (the schema says {_wanted(error)})" for error in errors[:10]]

    def _missing(self, schema, body):
        """Documented properties that a resource lacks: of the body itself, of each record of a list, and of its `meta`."""
        if not isinstance(body, dict):
            return []
        found = []
        for name, stated in self.document.properties(schema).items():
            if name not in body:
                found.append(f"$.{name} is documented and not there")
                continue
            stated = self.document.resolved(stated)
            if "meta" in body and stated.get("type") == "array" and isinstance(body[name], list):
                wanted = self.document.properties(stated.get("items", {}))
                for number, record in enumerate(body[name]):
                    found += [f"$.{name}[{number}].{key} is documented and not there" for key in wanted if key not in record]
            elif name == "meta" and isinstance(body[name], dict):
                wanted = self.document.properties(stated)
                found += [f"$.meta.{key} is documented and not there" for key in wanted if key not in body[name]]
        return found[:10]

    def _strays(self, body, place="$", linked=False):
        """Links to the daemon's own resources that lead to another host."""
        if isinstance(body, list):
            return [problem for number, part in enumerate(body) for problem in self._strays(part, f"{place}[{number}]")]
        if not isinstance(body, dict):
            return []
        found = []
        for key, value in body.items():
            # A webhook's `configuration.url` and an address's `webhook_url` are other people's.
            if key in ("configuration", "auto_creation") and isinstance(value, dict):
                continue
            if isinstance(value, str) and (linked or OWN_URL.match(key)):
                if not value.startswith(self.origin + "/"):
                    found.append(f"{place}.{key} is {value!r}, which does not begin with the daemon's origin {self.origin}")
            else:
                found += self._strays(value, f"{place}.{key}", linked=key == "links")
        return found

    def _error_problems(self, exchange):
        """An error's body, whether the document describes it or not: code, message, more_info and status, and nothing of RFC 9457."""
        try:
            body = exchange.json
        except ValueError:
            return [f"the error's body is not JSON: {exchange.text[:200]!r}"]
        if not isinstance(body, dict):
            return ["the error's body is not an object"]
        found = [
            f"the error's {key} is {body.get(key)!r}"
            for key, kind in (("code", int), ("message", str), ("more_info", str), ("status", int))
            if not isinstance(body.get(key), kind)
        ]
        if body.get("status") != exchange.status:
            found.append(f"the error's status says {body.get('status')!r}, and the answer's is {exchange.status}")
        if {"type", "title"} <= body.keys():
            found.append("the error has type and title: the library would take it for another kind of error")
        return found


def _wanted(error):
    if error.validator in ("type", "enum", "format", "pattern", "required", "minLength", "maxLength", "const"):
        return f"{error.validator} {error.validator_value}"
    return f"{error.validator}"
