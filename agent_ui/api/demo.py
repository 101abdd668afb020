"""The demonstration: let the simulated telephone network call in."""

import secrets
from typing import Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, NumberText, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.demo.data import KNOWN, TWO_MATCHES
from crm_core.demo.setup import ENTRY_NUMBER

DEMO_ENTRY = ENTRY_NUMBER

Kind = Literal["known", "two_matches", "unknown", "withheld"]


class DemoCall(Body):
    """`from` wins over `kind`; without both it is the known customer."""

    kind: Kind = "known"
    number: str | None = Field(None, alias="from", pattern=r"^\+?[0-9]{1,20}$")


class DemoChoice(Answer):
    """One caller that can be had."""

    kind: Kind
    number: NumberText | None


class DemoAnswer(Answer):
    """What can be tried here."""

    enabled: bool
    entry_number: str
    choices: tuple[DemoChoice, ...]


class DemoCalled(Answer):
    """The call is on its way."""

    number: NumberText | None


async def show_demo(ask: Ask) -> dict[str, object]:
    """List the callers."""
    choices = [
        {"kind": "known", "number": KNOWN},
        {"kind": "two_matches", "number": TWO_MATCHES},
        {"kind": "unknown", "number": None},
        {"kind": "withheld", "number": None},
    ]
    return {"enabled": ask.parts.demo_caller is not None, "entry_number": DEMO_ENTRY, "choices": choices}


async def call_demo(ask: Ask) -> dict[str, object]:
    """Let somebody call; they press 1 in the menu and wait for an agent."""
    caller = ask.parts.demo_caller
    if caller is None:
        raise ApiError(409, "demo_off", "This installation has no telephone network simulator.")
    number = ask.body.number or _number_of(ask.body.kind)
    await caller(DEMO_ENTRY, number)
    return {"number": number}


def _number_of(kind: str) -> str | None:
    if kind == "withheld":
        return None
    if kind == "unknown":
        return f"+86139{secrets.randbelow(10**8):08d}"
    return TWO_MATCHES if kind == "two_matches" else KNOWN


ROUTES = [
    Route(
        method="GET",
        path="/demo",
        permission=Permission.RUN_DEMO,
        handler=show_demo,
        summary="What can be tried",
        answer=DemoAnswer,
    ),
    Route(
        method="POST",
        path="/demo/calls",
        permission=Permission.RUN_DEMO,
        handler=call_demo,
        summary="Let the simulator call in",
        body=DemoCall,
        answer=DemoCalled,
        status=202,
    ),
]
