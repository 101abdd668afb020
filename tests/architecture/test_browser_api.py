"""The browser app and the server mean the same API: every address that the app calls is a route of the table."""

import re

from agent_ui.api.table import ROUTES
from tests.architecture.tree import browser_files, relative

CALL = re.compile(r"\b(?:api\.(get|post|put|patch|delete)|(apiUrl|upload|url))\s*(?:<[^()]*>)?\(\s*(['`])(/[^'`]*)\3")
ASIDE = re.compile(r"\$\{[^{}]*\}")


def called() -> set[tuple[str | None, str, str]]:
    """Method (None where the call does not say), path with `*` for what is filled in, and the file."""
    found = set()
    for path in browser_files():
        if path.name.endswith(".test.ts"):
            continue
        for method, _, _, address in CALL.findall(path.read_text(encoding="utf-8")):
            found.add((method.upper() or None, ASIDE.sub("*", address).partition("?")[0], relative(path)))
    return found


def fits(pattern: str, path: str) -> bool:
    theirs, ours = path.split("/"), pattern.split("/")
    return len(theirs) == len(ours) and all(
        their == "*" or our.startswith("{") or their == our for their, our in zip(theirs, ours, strict=True)
    )


def test_the_browser_app_calls_only_routes_of_the_table() -> None:
    calls = called()
    assert len(calls) > 40, "the pattern of a call does not fit the app's code any more"
    known = [(route.method, route.path) for route in ROUTES]
    lost = [
        call for call in sorted(calls, key=str) if not any(call[0] in (None, m) and fits(p, call[1]) for m, p in known)
    ]
    assert lost == []
