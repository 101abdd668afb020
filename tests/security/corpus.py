"""Hostile texts, and every place of the API that takes one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent_ui.api.route import Route

# Of all things these would do, none may be seen: the sum (longer than any id), the header, the file, the sleep
SUM, HEADER, SECRET, SLEEP_S = "51370687636317", "X-Injected", "sip_key", 30
SQL = (
    "'",
    '"',
    "';--",
    "' OR '1'='1",
    "' OR 1=1--",
    '" OR ""="',
    "1 OR 1=1",
    "1; DROP TABLE users;--",
    "'; DROP TABLE users;--",
    "'); DELETE FROM audit_log;--",
    "' UNION SELECT password_hash " + "FROM users--",
    "1 UNION SELECT NULL,NULL,NULL--",
    "' || (SELECT password_hash FROM users LIMIT 1) || '",
    f"'; SELECT pg_sleep({SLEEP_S});--",
    f"1 AND 1=(SELECT 1 FROM pg_sleep({SLEEP_S}))",  # noqa: S608
    f"' || pg_sleep({SLEEP_S})--",
    "' AND 1=randomblob(500000000)--",
    "'; COPY users TO PROGRAM 'touch /tmp/callroom-pwned';--",
    "'; ATTACH DATABASE '/tmp/callroom-pwned' AS x;--",
    "id DESC, (SELECT 1)",
    "%",
    "_%_%",
    "\\",
    "\\' OR 1=1--",
    "$1",
    ":at",
    "?",
    "CAST(1 AS INT)",
)
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
)
TEMPLATES = (
    "{{7331331*7007007}}",
    "${7331331*7007007}",
    "#{7331331*7007007}",
    "<%= 7331331*7007007 %>",
    "{7331331*7007007}",
    "${{7331331*7007007}}",
    "{{config}}",
    "{0.__class__.__mro__}",
    "%(password)s",
    "%s%s%n",
    "$(touch /tmp/callroom-pwned)",
    "`touch /tmp/callroom-pwned`",
    "; touch /tmp/callroom-pwned",
    "| touch /tmp/callroom-pwned",
)
PATHS = (
    "../secrets.toml",
    "../../secrets.toml",
    "..%2f..%2fsecrets.toml",
    "..\\..\\secrets.toml",
    "....//....//secrets.toml",
    "/etc/passwd",
    "/proc/self/environ",
    "file:///etc/passwd",
    "..;/secrets.toml",
    ".",
    "..",
    "secrets.toml\x00.wav",
    "%2e%2e%2fsecrets.toml",
    "%00",
)
LINES = (
    f"x\r\n{HEADER}: 1",
    f"x\n{HEADER}: 1",
    f"x%0d%0a{HEADER}:%201",
    f"x\u560d\u560a{HEADER}: 1",
    "x\u2028y",
    "x\x85y",
    "\x00",
    "\ud800",
    "\U0001f4a3" * 30,
    "A" * 5000,
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "\u202eabc",
    "Ⅷ٣",
)
ALL = (*SQL, *SCRIPTS, *TEMPLATES, *PATHS, *LINES)
HEADERS = ("User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Host", "Range", "Accept", "Authorization", "Cookie")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text goes in: `kind` is path, query, body or header; `path` leads to it inside a body."""

    route: Route
    kind: str
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.route.name} {self.kind} {'.'.join(map(str, self.path))}"


def places(route: Route) -> Iterator[Place]:
    """Every parameter of a route, drawn from what it says about itself."""
    for name in route.parameters:
        yield Place(route, "path", (name,))
    if route.query is not None:
        for name in route.query.model_json_schema().get("properties", {}):
            yield Place(route, "query", (name,))
    if route.body is not None:
        schema = route.body.model_json_schema()
        for path in _paths(schema, schema.get("$defs", {}), ()):
            yield Place(route, "body", path)
    if route.uploads:
        for name in ("filename", "content", "mapping", "name", "language", "duplicates"):
            yield Place(route, "form", (name,))
    for name in HEADERS:
        yield Place(route, "header", (name,))


def _paths(
    schema: dict[str, Any], defs: dict[str, Any], path: tuple[str | int, ...]
) -> Iterator[tuple[str | int, ...]]:
    schema = defs.get(schema.get("$ref", "").rpartition("/")[2], schema)
    inner = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    if inner:
        yield from _paths(inner[0], defs, path)
    elif "properties" in schema:
        for name, part in schema["properties"].items():
            yield from _paths(part, defs, (*path, name))
    elif schema.get("type") == "array":
        yield from _paths(schema.get("items", {}), defs, (*path, 0))
    else:
        yield path


def put(document: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A copy of the document with the value in this place; what leads there is made if it is not there."""
    if not path:
        return value
    key, *rest = path
    if isinstance(key, int):
        first = document[0] if isinstance(document, list) and document else {}
        return [put(first, tuple(rest), value)]
    base = json.loads(json.dumps(document)) if isinstance(document, dict) else {}
    return {**base, key: put(base.get(key), tuple(rest), value)}
