"""Carriers' announcements: the library that campaigns know them by, and what was heard that has no label."""

import wave
from datetime import date, datetime
from io import BytesIO
from typing import Annotated, Any, Literal, cast

from aiohttp import web
from pydantic import Field, ValidationError

from agent_ui.announcements.desk import Announcement, AnnouncementDesk, Unlabelled
from agent_ui.announcements.sorting import SortingState
from agent_ui.api.ask import Ask
from agent_ui.api.problems import field_problems, invalid
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.upload import read_upload
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from cti.errors import AsteriskMissing
from dialer.errors import NoSuchPrompt
from dialer.listening.library import Prompt
from dialer.listening.shelf import Known
from dialer.listening.tally import DAYS
from dialer.listening.unmatched import MOST_KEPT
from dialer.listening.wav import LEAST_S, MOST_S
from ivr.errors import PromptRejected
from ivr.upload import TOO_LONG, TOO_SHORT

AnnouncementLabel = Literal[
    "empty", "changed", "suspended", "off", "unreachable", "busy", "noanswer", "barred", "screening", "voicemail",
    "music", "person", "other",
]  # fmt: skip
Short = Annotated[str, Field(max_length=100)]


class LabelBody(Body):
    """What a recording is: an announcement of a class, or "person" or "other", which nobody listens for."""

    label: AnnouncementLabel
    language: Short = ""
    carrier: Short = ""
    transcript: str = Field("", max_length=500)


class AnnouncementAnswer(OwnAnswer):
    """A recording; `heard_calls` within the last `heard_days`. `in_use`: calls are listened to for it.

    `source_call`: the attempt whose sound it is, "" where it was uploaded.
    """

    id: str
    label: str
    language: str
    carrier: str
    transcript: str
    length_s: float
    added_at: datetime | None
    added_by: str
    source_call: str
    in_use: bool
    heard_calls: int
    heard_last_on: date | None


class LibraryAnswer(OwnAnswer):
    """`listening`: recordings are listened for; else `trouble` says why, "" where nobody listens to any line."""

    items: tuple[AnnouncementAnswer, ...]
    listening: bool
    trouble: str
    version: str
    heard_days: int
    has_starter: bool


class UnlabelledAnswer(OwnAnswer):
    """What was heard in so many calls; `name` is that of the longest of their sounds."""

    name: str
    calls: int
    first_at: datetime
    last_at: datetime
    length_s: float


class SortingAnswer(OwnAnswer):
    """`state` of the look: none, running, ready, failed; `items` of the last that came to its end.

    `kept` sounds without a label, of the last `keeps_days`, `keeps_most` at most; the newest of them at `newest_at`.
    """

    state: str
    done_ratio: float
    error: str
    items: tuple[UnlabelledAnswer, ...]
    kept: int
    keeps_most: int
    keeps_days: int
    newest_at: datetime | None


async def list_announcements(ask: Ask) -> dict[str, Any]:
    """List the library."""
    desk = _desk(ask)
    return {
        "items": [_answer(one) for one in await desk.all()],
        "listening": bool(desk.ears.port) and not desk.ears.trouble,
        "trouble": desk.ears.trouble,
        "version": desk.ears.version,
        "heard_days": DAYS,
        "has_starter": desk.has_starter,
    }


async def upload_announcement(ask: Ask) -> dict[str, Any]:
    """Take a WAV or MP3 file with its label."""
    data, fields = await read_upload(ask, frozenset(LabelBody.model_fields))
    try:
        body = LabelBody.model_validate(fields)
    except ValidationError as error:
        raise invalid(field_problems(error)) from error
    prompt = await _desk(ask).add(body.label, await _converted(ask, data), _known(ask, body))
    await _note(ask, "add", prompt)
    return await _one(ask, prompt)


async def add_starter_announcements(ask: Ask) -> dict[str, Any]:
    """Add what the simulated telephone network says."""
    if not _desk(ask).has_starter:
        raise ApiError(409, "no_simulator", "There is no simulated telephone network here.")
    try:
        added = await _desk(ask).add_starter({"reviewed_by": ask.me.name})
    except AsteriskMissing as error:
        raise ApiError(503, "tool_missing", str(error)) from error
    for prompt in added:
        await _note(ask, "add", prompt)
    return await list_announcements(ask)


async def play_announcement(ask: Ask) -> web.StreamResponse:
    """Send the sound of a recording of the library; where it is a call's, who listens is written down."""
    prompt, path = await _desk(ask).sound(ask.text("announcement_id"))
    if prompt.source_call:
        await ask.parts.audit_listening(ask.request, ask.me, path, "announcement.play", prompt.id)
    return _sound(path)


async def remove_announcement(ask: Ask) -> None:
    """Take it out; from the next call on nobody listens for it."""
    await _note(ask, "remove", await _desk(ask).remove(ask.text("announcement_id")))


async def restore_announcement(ask: Ask) -> dict[str, Any]:
    """Undo taking it out."""
    prompt = await _desk(ask).restore(ask.text("announcement_id"))
    await _note(ask, "restore", prompt)
    return await _one(ask, prompt)


async def list_unlabelled(ask: Ask) -> dict[str, Any]:
    """Show what the last look found, and how far the present one is."""
    desk = _desk(ask)
    items, kept = await desk.unlabelled(), await desk.kept()
    return {
        "state": desk.sorting.state.value,
        "done_ratio": desk.sorting.done_ratio,
        "error": desk.sorting.error,
        "items": [_unlabelled(one) for one in items],
        "kept": len(kept),
        "keeps_most": MOST_KEPT,
        "keeps_days": desk.ears.keeper.rules.days,
        "newest_at": kept[0].heard_at if kept else None,
    }


async def sort_unlabelled(ask: Ask) -> dict[str, Any]:
    """Look for what was heard in several calls; one look at a time."""
    _desk(ask).sort()
    return await list_unlabelled(ask)


async def play_unlabelled(ask: Ask) -> web.StreamResponse:
    """Send what was heard in a call; who listens is written down."""
    name = ask.text("call_id")
    path = await _desk(ask).unlabelled_sound(name)
    await ask.parts.audit_listening(ask.request, ask.me, path, "announcement.play", name)
    return _sound(path)


async def label_unlabelled(ask: Ask) -> dict[str, Any]:
    """Give it one label, for all calls that heard it."""
    name = ask.text("call_id")
    if _desk(ask).sorting.state is SortingState.RUNNING:
        raise ApiError(409, "announcements_compared", "Calls are being compared; label it when that is done.")
    prompt = await _desk(ask).label(name, ask.body.label, _known(ask, ask.body))
    await _note(ask, "add", prompt)
    return await _one(ask, prompt)


async def _converted(ask: Ask, data: bytes) -> bytes:
    """Turn it into the telephone's sound; the limits of the library are narrower than those of prompts."""
    short = FieldProblem("file", "announcement_short", f"It has to last {LEAST_S:g} s at least.")
    long = FieldProblem("file", "announcement_long", f"It may last {MOST_S:g} s at most.")
    try:
        wav = (await ask.parts.prompts.convert(data)).wav
    except PromptRejected as refused:
        if refused.code not in {TOO_SHORT, TOO_LONG}:
            raise
        raise invalid([short if refused.code == TOO_SHORT else long]) from refused
    lasts_s = _lasts_s(wav)
    if not LEAST_S <= lasts_s <= MOST_S:
        raise invalid([short if lasts_s < LEAST_S else long])
    return wav


def _lasts_s(data: bytes) -> float:
    """To the sample, as the library counts."""
    with wave.open(BytesIO(data)) as sound:
        frames: int = sound.getnframes()
        return frames / int(sound.getframerate())


def _desk(ask: Ask) -> AnnouncementDesk:
    return ask.parts.announcements


def _known(ask: Ask, body: LabelBody) -> Known:
    said = cast("Known", body.model_dump(exclude={"label"}))
    return {**said, "reviewed_by": ask.me.name}


async def _note(ask: Ask, verb: str, prompt: Prompt) -> None:
    label = {"label": prompt.label, "source_call": prompt.source_call}
    await ask.parts.audit(ask.me.user_id, ask.address, f"announcement.{verb}", prompt.id, **label)


async def _one(ask: Ask, prompt: Prompt) -> dict[str, Any]:
    found = next((one for one in await _desk(ask).all() if one.prompt.id == prompt.id), None)
    if found is None:
        raise NoSuchPrompt(prompt.id, "was taken out again")
    return _answer(found)


def _answer(one: Announcement) -> dict[str, Any]:
    prompt = one.prompt
    return {
        "id": prompt.id,
        "label": prompt.label,
        "language": prompt.language,
        "carrier": prompt.carrier,
        "transcript": prompt.transcript,
        "length_s": one.length_s,
        "added_at": prompt.added_at or None,
        "added_by": prompt.reviewed_by,
        "source_call": prompt.source_call,
        "in_use": prompt.active,
        "heard_calls": one.heard.calls,
        "heard_last_on": one.heard.last_on,
    }


def _unlabelled(one: Unlabelled) -> dict[str, Any]:
    return {name: getattr(one, name) for name in UnlabelledAnswer.model_fields}


def _sound(path: Any) -> web.FileResponse:
    return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "private, no-store"})


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    permission, path = Permission.MANAGE_CAMPAIGNS, f"/announcements{path}"
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ONE, UNLABELLED = "/{announcement_id}", "/unlabelled/{call_id}"
ROUTES = [
    _route("GET", "", list_announcements, "The library of announcements", answer=LibraryAnswer),
    _route("POST", "", upload_announcement, "Add a recording", answer=AnnouncementAnswer, status=201, uploads=True),
    _route("POST", "/starter", add_starter_announcements, "Add what the simulator says", answer=LibraryAnswer),
    _route("GET", "/unlabelled", list_unlabelled, "What was heard and has no label", answer=SortingAnswer),
    _route("POST", "/unlabelled", sort_unlabelled, "Look for it again", answer=SortingAnswer, status=202),
    _route("GET", f"{UNLABELLED}/audio", play_unlabelled, "The sound of a call", raw=True),
    _route("POST", f"{UNLABELLED}/label", label_unlabelled, "Label it", body=LabelBody, answer=AnnouncementAnswer),
    _route("GET", f"{ONE}/audio", play_announcement, "The sound of a recording", raw=True),
    _route("DELETE", ONE, remove_announcement, "Take a recording out"),
    _route("POST", f"{ONE}/restore", restore_announcement, "Bring a recording back", answer=AnnouncementAnswer),
]
