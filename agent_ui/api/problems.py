"""One table from what went wrong to status, stable code and a sentence."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from agent_ui.auth.admission import TooManyTries
from agent_ui.auth.gate import Crowded
from agent_ui.errors import ApiError, FieldProblem, RetryError
from crm_core import errors as crm
from cti import errors as cti
from dialer import errors as dialer
from ivr import errors as ivr

_log = logging.getLogger(__name__)
CROWDED_S = 3
# The rest of such a body is not waited for.
UNREAD = {408, 413, 415}
# Problems that one answer lists; how many pydantic may spell out for that; letters of a field's name
LISTED_MAX = 20
BUILT_MAX = 500
NAME_MAX = 100

REFUSALS = {
    "no_persistent_leg": "Your phone is not one that is kept up through the shift.",
    "own_phone_refused": "The dial rules do not let your telephone's number be called; choose another telephone.",
    "phone_unreachable": "Your softphone is not connected; wait for the green voice badge or reload the page.",
    "disposition_missing": "Say first what the last call was.",
    "in_call": "Finish the call first.",
    "signed_out": "Sign in to the floor first.",
    "offer_gone": "The call does not ring at you any more.",
    "phone_busy": "Your telephone still has another call; try again in a moment.",
    "no_such_talk": "You are not in this call any more.",
    "not_recorded": "This call is not being recorded.",
    "recorded_already": "This call is being recorded already.",
    "recorded_by_rule": "Every talk of this queue is recorded; that is not ended by hand. An agent may pause it.",
    "recorded_by_supervisor": "A supervisor asked for this recording; only supervisors end it.",
    "recording_not_allowed": "This queue does not let its agents record on demand; ask a supervisor.",
    "caller_refused_recording": "The caller refused to be recorded.",
    "recording_no_room": "There is no room for recordings on the disk; an administrator can make some.",
    "recording_not_led": "The fallback leads this call, for it came while Callroom was away: no recording on demand.",
    "recording_changes": "The recording is just beginning or ending; try again in a moment.",
    "switch_away": "The recording could not be paused: the telephone switch does not answer.",
    "unknown_agent": "You have no seat on the floor; an administrator can give you a queue.",
    "no_extension": "You have no extension; an administrator can give you one.",
    "supervises_already": "You attend another call; leave it first.",
    "taking_over": "You are taking the call over already.",
    "agent_in_call": "The agent is in a call; end it first.",
    "agent_signed_out": "The agent is signed out.",
    "agent_phone_unreachable": "The agent's phone is not connected.",
    "unknown_callback": "This callback is over already.",
    "callback_under_way": "They are being called right now.",
    "not_waiting": "This caller does not wait any more.",
    "rings_already": "This caller rings at an agent already.",
    "waits_there": "This caller waits in that queue already.",
    "queue_without_staff": "Nobody is at work in that queue, and it keeps nobody then.",
    "stands_first": "This caller has talked before and stands first in line already.",
    "unknown_call": "This call is over.",
    "unknown_queue": "This queue was removed.",
    "switch_unavailable": "The telephone switch does not answer right now; the call goes on there as it is.",
    "talk_interrupted": "You are being put through to this call again; try it when you hear the customer.",
    "one_target": "Give one target: a colleague, a queue or a number.",
    "no_such_colleague": "This colleague has no seat any more.",
    "agent_not_free": "This colleague is in a call, in wrap-up, or has no telephone now.",
    "party_rings": "Somebody is being called already; wait for an answer or cancel it.",
    "too_many_parties": "This call has as many people as it can have.",
    "no_such_party": "They have left the call.",
    "asked_just_now": "You have just asked for help; wait some seconds.",
    "help_taken": "Another supervisor sees to it already.",
    "no_help_asked": "Nobody asks for help there any more.",
    "people_in_call": "Others are in this call; let them go first, or leave the customer with them.",
    "not_parked": "This caller is not parked any more.",
    "not_your_team": "This caller is parked in a queue that you take no calls from.",
    "nobody_to_leave_with": "Nobody is there with whom the customer could be left.",
}


def as_api_error(error: BaseException) -> ApiError | None:
    """Return how this error is answered, None if it is a fault of ours (500)."""
    if isinstance(error, ApiError):
        return error
    for kind, translate in TABLE:
        if isinstance(error, kind):
            return translate(error)
    return None


def error_response(error: ApiError) -> web.Response:
    """Turn it into JSON."""
    fields = [
        {"path": f.path, "code": f.code, "message": f.message} | ({"named": f.named} if f.named else {})
        for f in error.fields
    ]
    named = {"used_by": error.used_by} if error.used_by else {}
    body = {"error": {"code": error.code, "message": error.message, "fields": fields, **named}}
    headers = {"Cache-Control": "no-store"}
    if error.status in {429, 503}:
        headers["Retry-After"] = str(getattr(error, "retry_after_s", 2))
    response = web.json_response(body, status=error.status, headers=headers)
    if error.status in UNREAD:
        response.force_close()
    return response


def field_problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Name the wrong fields as the client sent them, but not thousands: to write those would stop every call."""
    if error.error_count() > BUILT_MAX:
        return (FieldProblem("", "invalid", f"{error.error_count()} values are not right"),)
    return tuple(
        FieldProblem(".".join(map(_shown, _place(item["loc"]))), _code(item["type"]), item["msg"])
        for item in error.errors(include_url=False, include_input=False, include_context=False)[:LISTED_MAX]
    )


def few_unknown(model: type[BaseModel], document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with no more unknown fields than are listed; one is enough to refuse it."""
    known = {name for key, field in model.model_fields.items() for name in (key, field.alias)}
    unknown = [key for key in document if key not in known]
    if len(unknown) <= LISTED_MAX:
        return document
    dropped = set(unknown[LISTED_MAX:])
    return {key: value for key, value in document.items() if key not in dropped}


def invalid(fields: Iterable[FieldProblem]) -> ApiError:
    """Say that the fields are wrong; nothing was saved."""
    return ApiError(422, "invalid", "Some fields are not right; nothing was saved.", tuple(fields))


def _shown(part: int | str) -> str:
    text = str(part)
    return text if len(text) <= NAME_MAX else f"{text[:NAME_MAX]}..."


def _place(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    # pydantic adds the branch of a union ("function-after[...]", "int") to the place; people did not send that
    return tuple(part for part in loc if isinstance(part, int) or part.isidentifier() or "-" in part)


def _code(kind: str) -> str:
    if kind == "missing":
        return "missing"
    if kind in {"string_too_short", "too_short"}:
        return "too_short"
    if kind in {"string_too_long", "too_long", "bytes_too_long"}:
        return "too_long"
    return "unknown_field" if kind == "extra_forbidden" else "invalid"


def _refused(error: Any) -> ApiError:
    message = REFUSALS.get(error.code, f"That cannot be done now ({error.code.replace('_', ' ')}).")
    return ApiError(409, error.code, message)


def _crm_invalid(error: Any) -> ApiError:
    return invalid(FieldProblem(p.path, p.code, p.message, p.named) for p in error.problems)


def _sentence(error: Exception) -> str:
    """Only the first letter changes: names and numbers within stay as they are written."""
    text = str(error)
    return text[:1].upper() + text[1:]


def _exists(error: Any) -> ApiError:
    problem = FieldProblem(error.field, "duplicate", str(error))
    return ApiError(409, "already_exists", f"{_sentence(error)}.", (problem,))


def _fixed(status: int, code: str, message: str) -> Callable[[Any], ApiError]:
    return lambda _: ApiError(status, code, message)


def _too_many_tries(error: Any) -> ApiError:
    message = f"Too many wrong passwords; try again in {error.wait_s} seconds."
    return RetryError(error.wait_s, "too_many_tries", message)


def _crowded(_: Any) -> ApiError:
    message = f"Too many are signing in at this moment; try again in {CROWDED_S} seconds."
    return RetryError(CROWDED_S, "sign_in_crowded", message)


def _unreadable(error: Any) -> ApiError:
    fields = () if error.line is None else (FieldProblem(f"line.{error.line}", error.code, str(error)),)
    return ApiError(422, error.code, str(error), fields)


def _used_by_campaigns(error: Any) -> ApiError:
    return ApiError(409, error.code, f"{_sentence(error)}.", used_by=error.campaigns)


def _used_by_queues(error: Any) -> ApiError:
    return ApiError(409, error.code, f"{_sentence(error)}.", used_by=error.queues)


def _own_words(status: int) -> Callable[[Any], ApiError]:
    return lambda error: ApiError(status, error.code, f"{_sentence(error)}.")


def _same_audio(error: Any) -> ApiError:
    named = (error.first, error.first_label, error.second_label)
    return ApiError(409, "same_audio", f"{_sentence(error)}.", used_by=named)


def _library_broken(error: Any) -> ApiError:
    message = f"{Path(error.file).name} in the library of announcements cannot be read: {error.problem}."
    return ApiError(503, "library_broken", message, used_by=(f"{Path(error.file).name}: {error.problem}",))


def _sound_gone(error: Any) -> ApiError:
    named = Path(error.file).name
    message = f"The sound {named} is gone from lines/prompts: put it back, or remove the recording from the library."
    return ApiError(409, "announcement_gone", message, used_by=(named,))


UNAVAILABLE = _fixed(
    503,
    "database_unavailable",
    "The database does not answer, or its disk is full; this may not have been saved. Try again soon.",
)

TABLE: list[tuple[type[Exception], Callable[[Any], ApiError]]] = [
    (TooManyTries, _too_many_tries),
    (Crowded, _crowded),
    (cti.Refused, _refused),
    (cti.UnexpectedEvent, _fixed(409, "not_now", "That does not fit the present state; look again.")),
    (cti.UnsafeValue, lambda error: invalid([FieldProblem(error.field, "invalid", error.reason)])),
    (cti.SwitchError, _fixed(503, "switch_unavailable", "Asterisk cannot be reached right now; calls go on there.")),
    (crm.NotFound, lambda error: ApiError(404, "not_found", f"{_sentence(error)}.")),
    (crm.Invalid, _crm_invalid),
    (
        crm.StaleVersion,
        _fixed(409, "version_conflict", "Somebody else saved in between; load it again, then repeat your change."),
    ),
    (crm.AlreadyExists, _exists),
    (crm.UsedByCampaigns, _used_by_campaigns),
    (crm.UsedByQueues, _used_by_queues),
    (crm.Conflict, _own_words(409)),
    (crm.ImportUnreadable, _unreadable),
    (crm.StorageError, UNAVAILABLE),
    (ivr.FlowInvalid, lambda error: invalid(FieldProblem(p.path, p.code, p.detail) for p in error.problems)),
    (ivr.PromptRejected, lambda error: ApiError(422, error.code, str(error))),
    (dialer.PromptThere, _fixed(409, "announcement_there", "This very recording is in the library already.")),
    (dialer.NoSuchPrompt, lambda error: ApiError(404, "not_found", f"{_sentence(error)}.")),
    (dialer.SameAudioTwice, _same_audio),
    (dialer.FaintSound, _fixed(422, "announcement_faint", "There is next to nothing to hear in the file.")),
    (dialer.SoundGone, _sound_gone),
    (dialer.OddSound, _library_broken),
    (dialer.OddDocument, _library_broken),
    (ivr.ToolMissing, lambda error: ApiError(503, "tool_missing", str(error))),
]
