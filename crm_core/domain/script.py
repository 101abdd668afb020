"""What an agent reads out: steps with choices that lead to steps, and texts with places for the customer's data.

A text is no program: `{{customer.name}}` is one of a list of names, and all else stands as it is written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES = (
    "customer.name",
    "customer.company",
    "customer.level",
    "customer.owner",
    "contact.name",
    "caller.number",
    "queue.name",
    "agent.name",
    "campaign.name",
    "lead.name",
)
# A column of the list that a campaign calls, by its own name.
LEAD_COLUMN = "lead."
MOST_STEPS, MOST_CHOICES, LONGEST_TEXT, LONGEST_TITLE, LONGEST_PATH = 100, 12, 4000, 100, 200
_PLACE = re.compile(r"\{\{\s*([^{}\n]{0,60}?)\s*\}\}")
_STEP = re.compile(r"[a-z0-9_]{1,40}\Z")

Problem = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled text: what to read, or the name of what is not known (`gap`)."""

    text: str
    gap: str = ""


def fill(text: str, values: Mapping[str, str]) -> tuple[Piece, ...]:
    """Put what is known into its places; what is filled in is a text and never looked at again."""
    pieces: list[Piece] = []
    at = 0
    for found in _PLACE.finditer(text):
        if found.start() > at:
            pieces.append(Piece(text[at : found.start()]))
        value = values.get(found[1], "").strip()
        pieces.append(Piece(value) if value else Piece("", found[1]))
        at = found.end()
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def script_problems(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Give path, code and sentence of each thing that cannot be."""
    steps = body.get("steps", {})
    if not 0 < len(steps) <= MOST_STEPS:
        yield "body.steps", "too_many", f"must be 1 to {MOST_STEPS} steps"
    if body.get("start") not in steps:
        yield "body.start", "unknown_step", "is none of the steps"
    for name, step in steps.items():
        yield from _step_problems(f"body.steps.{name}", name, step, steps)


def _step_problems(path: str, name: str, step: Mapping[str, Any], steps: Mapping[str, Any]) -> Iterator[Problem]:
    if not _STEP.match(name):
        yield path, "bad_code", "may be named with a-z, 0-9 and _ only"
    for field, longest in (("title", LONGEST_TITLE), ("text", LONGEST_TEXT)):
        if not step[field].strip():
            yield f"{path}.{field}", "missing", "must not be empty"
        elif len(step[field]) > longest:
            yield f"{path}.{field}", "too_long", f"at most {longest} characters fit"
    for found in _PLACE.finditer(step["text"]):
        if not _is_filled(found[1]):
            yield f"{path}.text", "unknown_place", f"{found[0]} is none of the places that are filled"
    yield from _choice_problems(f"{path}.choices", step["choices"], steps)


def _is_filled(place: str) -> bool:
    return place in NAMES or (place.startswith(LEAD_COLUMN) and len(place) > len(LEAD_COLUMN))


def _choice_problems(path: str, choices: Sequence[Any], steps: Mapping[str, Any]) -> Iterator[Problem]:
    if len(choices) > MOST_CHOICES:
        yield path, "too_many", f"at most {MOST_CHOICES} fit"
    for place, choice in enumerate(choices):
        if not choice["label"].strip() or len(choice["label"]) > LONGEST_TITLE:
            yield f"{path}.{place}.label", "missing", f"must be 1 to {LONGEST_TITLE} characters"
        if choice["to"] not in steps:
            yield f"{path}.{place}.to", "unknown_step", "is none of the steps"


def text_of(name: str, body: Mapping[str, Any]) -> str:
    """Write a script down to be compared with another: the first step first, and where each choice leads."""
    steps = body["steps"]
    parts = [name]
    for key in (body["start"], *(key for key in steps if key != body["start"])):
        leads = [f"→ {choice['label']}: {steps[choice['to']]['title']}" for choice in steps[key]["choices"]]
        parts.append("\n".join([f"[{steps[key]['title']}]", steps[key]["text"], *leads]))
    return "\n\n".join(parts)


def follows(body: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Whether the steps can be walked in this order; a step back is one that was walked before."""
    if not 0 < len(path) <= LONGEST_PATH or path[0] != body["start"]:
        return False
    walked = [path[0]]
    for name in path[1:]:
        leads = {choice["to"] for choice in body["steps"][walked[-1]]["choices"]}
        if name not in leads and name not in walked:
            return False
        walked.append(name)
    return True


def rank(
    script: Mapping[str, Any], queue_id: int | None, campaign_id: int | None, language: str
) -> tuple[int, int] | None:
    """How well a script fits a call, the larger the better; None: not at all.

    One of its campaign comes before one of its queue, and that before one that names neither and is for all.
    """
    if campaign_id in script["campaign_ids"]:
        scope = 2
    elif queue_id in script["queue_ids"]:
        scope = 1
    elif script["campaign_ids"] or script["queue_ids"]:
        return None
    else:
        scope = 0
    return (scope, 1 if script["language"] == language else 0)
