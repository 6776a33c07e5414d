"""The OpenAPI document that the daemon serves: its operations by request, and its schemas as JSON Schema."""

import json
import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

METHODS = ("get", "post", "put", "patch", "delete")
# What the daemon offers beyond the contract carries this tag; every other operation is the contract's.
EXTENSIONS_TAG = "Extensions"


@dataclass
class Operation:
    """One operation: what it is called, how it is asked for, and what may be answered."""

    name: str
    method: str
    path: str
    tags: list
    responses: dict
    pattern: re.Pattern = field(repr=False)
    # How many of the path's segments are literal: a literal segment beats a parameter.
    literals: int = 0

    @property
    def is_of_the_contract(self):
        return EXTENSIONS_TAG not in self.tags

    def response(self, status):
        """What the document says of a status: the exact code, else its class, else the default; None when it is not documented."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


class Document:
    """`PARLEY_DOCUMENT` names a file to read in the served document's place, for trying a script while the daemon serves none."""

    def __init__(self, raw):
        self.raw = raw
        self.components = json_schema(raw.get("components", {}))
        self.operations = sorted(self._read_operations(), key=lambda operation: -operation.literals)

    @classmethod
    def of(cls, daemon):
        override = os.environ.get("PARLEY_DOCUMENT")
        if override:
            with open(override, encoding="utf-8") as file:
                return cls(json.load(file))
        answer = daemon.call("GET", "/v1/openapi.json")
        if answer.status_code != 200:
            raise SystemExit(f"GET /v1/openapi.json was answered {answer.status_code}: {answer.text[:300]}")
        return cls(answer.json())

    def _read_operations(self):
        base = urlsplit((self.raw.get("servers") or [{}])[0].get("url", "")).path.rstrip("/")
        for template, item in self.raw["paths"].items():
            path = base + template
            for method in METHODS:
                if method not in item:
                    continue
                stated = item[method]
                yield Operation(
                    name=stated.get("operationId", f"{method} {path}"),
                    method=method.upper(),
                    path=path,
                    tags=stated.get("tags", []),
                    responses={str(code): self.resolved(said) for code, said in stated.get("responses", {}).items()},
                    pattern=re.compile("".join(_segment(part) for part in re.split(r"(\{[^}]+\})", path)) + r"\Z"),
                    literals=sum(1 for part in path.split("/") if part and "{" not in part),
                )

    def operation(self, method, path):
        """The operation that a request asks for, or None."""
        for operation in self.operations:
            if operation.method == method.upper() and operation.pattern.match(path):
                return operation
        return None

    def contract(self):
        """The names of the contract's operations."""
        return {operation.name for operation in self.operations if operation.is_of_the_contract}

    def resolved(self, node):
        """What a node says once its reference into this document is followed."""
        seen = 0
        while isinstance(node, dict) and isinstance(node.get("$ref"), str) and seen < 20:
            target = self.raw
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key.replace("~1", "/").replace("~0", "~")]
            node, seen = target, seen + 1
        return node

    def properties(self, schema):
        """The documented properties of an object's schema, those of its `allOf` parts with them."""
        schema = self.resolved(schema) or {}
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            found.update(self.properties(part))
        return found

    def json_schema_of(self, schema):
        """A schema of the document as JSON Schema that can be validated against alone."""
        return {**json_schema(schema), "components": self.components}


def _segment(part):
    return "[^/]+" if part.startswith("{") else re.escape(part)


def json_schema(node):
    """OpenAPI 3.0's dialect as JSON Schema 2020-12: `nullable` becomes a union with null, and a boolean exclusive bound becomes the bound.

    A document in 3.1's dialect, which is JSON Schema already, passes through unchanged.
    """
    if isinstance(node, list):
        return [json_schema(part) for part in node]
    if not isinstance(node, dict):
        return node
    # Examples and defaults are values, not schemas: nothing in them is to be read as a keyword.
    made = {
        key: value if key in ("example", "examples", "default", "enum", "const") else json_schema(value)
        for key, value in node.items()
        if key != "nullable" or not isinstance(value, bool)
    }
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool):
            if made.pop(exclusive) and bound in made:
                made[exclusive] = made.pop(bound)
    if node.get("nullable") is not True:
        return made
    if "$ref" in made or any(key in made for key in ("allOf", "anyOf", "oneOf")):
        return {"anyOf": [made, {"type": "null"}]}
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if isinstance(made.get("enum"), list) and None not in made["enum"]:
        made["enum"] = made["enum"] + [None]
    return made
