"""Business hours: edited by administrators, switched by hand by whoever leads, and tried out before they count."""

from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.joints.entries import read_calendar_row
from crm_core.calendars import CalendarRow
from ivr.domain.holidays import DayOff, read_holidays
from ivr.domain.hours import Because, Calendar, Opening, verdict
from ivr.domain.plan import parse_calendar
from ivr.errors import FlowInvalid

WEEK = 7


class CalendarBody(Body):
    """`body` is the document: time_zone, weekly, holidays, special; it is checked as a whole before it is saved."""

    version: int | None = None
    name: str = Field(max_length=200)
    body: dict[str, Any]


class SwitchBody(Body):
    """Open or closed by hand; null: by the plan again. Without `until` until somebody takes it back."""

    to: Literal["open", "closed"] | None
    until: AwareDatetime | None = None
    note: str = Field("", max_length=200)


class LookBody(Body):
    """What would hold at this moment, by a document that need not be saved; without `at` now."""

    body: dict[str, Any]
    at: AwareDatetime | None = None


class HolidayList(Body):
    """A table or an iCalendar file, as text."""

    text: str = Field(max_length=20_000)


class VerdictAnswer(OwnAnswer):
    """What holds, because of which part of the calendar, and until when; `name` is the holiday's."""

    opening: Opening
    because: Because
    name: str
    until: datetime | None


class DayAnswer(OwnAnswer):
    """One day as it is planned; minutes after midnight."""

    day: date
    because: Because
    name: str
    spans: tuple[tuple[int, int], ...]


class LookAnswer(VerdictAnswer):
    """The verdict, the wall clock it was given by, and the week from that day's Monday on."""

    local: str
    week: tuple[DayAnswer, ...]


class CalendarAnswer(OwnAnswer):
    """A calendar and what it says now; `now` is null if it cannot be read any more."""

    id: int
    name: str
    body: dict[str, Any]
    switched: str | None
    switched_until: datetime | None
    switched_at: datetime | None
    switched_by: str | None
    switched_note: str
    version: int
    now: VerdictAnswer | None
    queues: tuple[str, ...]
    numbers: tuple[str, ...]


class DayOffAnswer(OwnAnswer):
    """Days with one name; with `spans` they are worked."""

    first: date
    last: date
    name: str
    spans: tuple[str, ...]


class UnreadAnswer(OwnAnswer):
    """A line that was not understood."""

    line: int
    code: str
    text: str


class HolidaysAnswer(OwnAnswer):
    """What is in the list; nothing is saved by reading it."""

    days: tuple[DayOffAnswer, ...]
    unread: tuple[UnreadAnswer, ...]


async def list_calendars(ask: Ask) -> dict[str, Any]:
    """List them with what they say now, and what goes by them."""
    memory = ask.parts.memory
    queues, numbers = await memory.queues.all(active_only=True), await memory.entry_numbers.all()
    return {
        "items": [
            {
                **_answer(ask, row),
                "queues": [queue.settings.name for queue in queues if queue.settings.calendar_id == row.id],
                "numbers": [entry.number for entry in numbers if entry.calendar_id == row.id],
            }
            for row in await memory.calendars.all()
        ]
    }


async def add_calendar(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    _read(ask.body.body)
    row = await ask.parts.memory.calendars.add(ask.body.name, ask.body.body, ask.actor)
    await ask.parts.flows_changed()
    return _answer(ask, row)


async def change_calendar(ask: Ask) -> dict[str, Any]:
    """Save all of it; it counts from the next call on."""
    body: CalendarBody = ask.body
    _read(body.body)
    memory = ask.parts.memory
    row = await memory.calendars.save(ask.number("calendar_id"), body.version, body.name, body.body, ask.actor)
    await ask.parts.flows_changed()
    return _answer(ask, row)


async def remove_calendar(ask: Ask) -> None:
    """Delete one that nothing goes by."""
    await ask.parts.memory.calendars.remove(ask.number("calendar_id"), ask.actor)
    await ask.parts.flows_changed()


async def switch_calendar(ask: Ask) -> dict[str, Any]:
    """Open or close by hand, from the next call on."""
    body: SwitchBody = ask.body
    calendars = ask.parts.memory.calendars
    row = await calendars.switch(ask.number("calendar_id"), body.to, body.until, body.note, ask.actor)
    await ask.parts.flows_changed()
    return _answer(ask, row)


async def look_at_calendar(ask: Ask) -> dict[str, Any]:
    """Try a document out at a moment."""
    calendar = _read(ask.body.body)
    zone = ZoneInfo(calendar.time_zone)
    at = ask.body.at or ask.parts.clock.now()
    local = at.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    week = [_day(calendar, monday + timedelta(days=ahead)) for ahead in range(WEEK)]
    return {**_verdict(calendar, at), "local": local.isoformat(timespec="minutes"), "week": week}


async def read_holiday_list(ask: Ask) -> dict[str, Any]:
    """Say what is in a list of holidays."""
    days, unread = read_holidays(ask.body.text)
    return {"days": [_off(one) for one in days], "unread": unread}


def _read(document: dict[str, Any]) -> Calendar:
    return parse_calendar(document, frozenset(available_timezones()))


def _verdict(calendar: Calendar, at: datetime) -> dict[str, Any]:
    found = verdict(calendar, at, ZoneInfo(calendar.time_zone))
    return {"opening": found.opening, "because": found.because, "name": found.name, "until": found.until}


def _now(ask: Ask, row: CalendarRow) -> dict[str, Any] | None:
    try:
        return _verdict(read_calendar_row(row), ask.parts.clock.now())
    except FlowInvalid:
        # the menu says so in its log; here whoever edits it has to see it
        return None


def _day(calendar: Calendar, day: date) -> dict[str, Any]:
    spans = tuple((span.from_min, span.until_min) for span in calendar.spans(day))
    return {"day": day, "because": calendar.because(day), "name": calendar.names.get(day, ""), "spans": spans}


def _off(one: DayOff) -> dict[str, Any]:
    return {"first": one.first, "last": one.last, "name": one.name, "spans": one.spans}


def _answer(ask: Ask, row: CalendarRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "body": row.body,
        "switched": row.switched,
        "switched_until": row.switched_until,
        "switched_at": row.switched_at,
        "switched_by": row.switched_by_name,
        "switched_note": row.switched_note,
        "version": row.version,
        "now": _now(ask, row),
        "queues": (),
        "numbers": (),
    }


def _route(method: str, path: str, permission: Permission, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ONE = "/calendars/{calendar_id:int}"
ADMINISTER, SUPERVISE = Permission.ADMINISTER, Permission.SUPERVISE
ROUTES = [
    _route("GET", "/calendars", SUPERVISE, list_calendars, "List business hours", answer=PageAnswer[CalendarAnswer]),
    _route(
        "POST",
        "/calendars",
        ADMINISTER,
        add_calendar,
        "Add business hours",
        body=CalendarBody,
        answer=CalendarAnswer,
        status=201,
    ),
    _route("PUT", ONE, ADMINISTER, change_calendar, "Change business hours", body=CalendarBody, answer=CalendarAnswer),
    _route("DELETE", ONE, ADMINISTER, remove_calendar, "Delete business hours"),
    _route(
        "POST",
        f"{ONE}/switch",
        SUPERVISE,
        switch_calendar,
        "Open or close by hand",
        body=SwitchBody,
        answer=CalendarAnswer,
    ),
    _route(
        "POST",
        "/calendars/look",
        SUPERVISE,
        look_at_calendar,
        "What holds at a moment",
        body=LookBody,
        answer=LookAnswer,
    ),
    _route(
        "POST",
        "/calendars/holidays",
        ADMINISTER,
        read_holiday_list,
        "Read a list of holidays",
        body=HolidayList,
        answer=HolidaysAnswer,
    ),
]
