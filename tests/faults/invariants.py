"""What must hold after every fault: the catalogue's I3 to I7 and I10, asked of the running system from outside.

    await until_sound(installation)                      I5, I6, I10: floor == switch, within 5 s; returns how long
    await check_log(admin, visits, outages)              every visit has exactly one row with the right end, and no
                                                         row is nobody's; I7; returns the rows that an outage excuses
    await check_kept(admin, {call_id: "resolved"})       I3: acknowledged dispositions are there

`broken(installation)` gives what `until_sound` waits for, without waiting.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.bench.seat import Seat, seat
from tests.faults.reading import Reading, read_switch, switch_of
from tests.installation import Installation

Views = Mapping[str, Mapping[str, Any]]
_TALKED = {"caller_hung_up", "agent_hung_up"}
_BY_CALLER = {"caller_hung_up", "abandoned_in_menu", "abandoned_in_queue", "abandoned_ringing", "voicemail"}
_BY_SWITCH = {"agent_hung_up", "flow_ended", "voicemail", "transferred_out", "fallback"}
_RECORDED = {"ready", "repaired", "damaged"}
# Who hung up is the agent's phone; of a talk that was dropped nobody did.
_BY_AGENT = {"agent_hung_up", "lost_while_away"}
# What Callroom had not written yet when it was killed, and what the SIP message needs to be known.
_MARGIN = timedelta(seconds=0.5)
# A caller who left before the dialplan asked again was still unseen by a Callroom that had returned (RETRY_S is 2).
_UNSEEN = timedelta(seconds=2.5)
# The dialplan asks for OUTAGE_S (20) before the fallback; a session of Callroom's of 5 s or less does not end an outage
# for it, and it is begun anew up to RETRY_S after the return.
_FALLBACK_AFTER, _NO_SESSION = timedelta(seconds=19), timedelta(seconds=7.5)
# How far the switch's end of a call may be from what the caller noted.
_APART = timedelta(seconds=3)
# After the time that `until_sound` was given, changes alone may keep two looks from agreeing for so long.
_UNSETTLED_S = 10.0


class WrongRows(AssertionError):
    """The log is not what happened; `sentences` say where."""

    def __init__(self, sentences: list[str], stories: list[str] | None = None) -> None:
        super().__init__("\n".join([*sentences, *(stories or [])]))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Visit:
    """A call as whoever made it saw it: `number` is unique, `ended_by` "caller" or "switch"."""

    number: str
    began_at: datetime
    ended_at: datetime
    ended_by: str


@dataclass(frozen=True, slots=True)
class Outage:
    """Callroom, its link or its switch was away."""

    began_at: datetime
    ended_at: datetime

    def ends(self, visit: Visit) -> bool:
        """The call was over while nobody watched."""
        return self.began_at - _MARGIN <= visit.ended_at <= self.ended_at + _MARGIN

    def explains(self, visit: Visit, reason: str | None) -> bool:
        """Lost is who left in it, or at once after it without having been heard again."""
        if reason != "lost_while_away":
            return False
        is_unseen = visit.ended_by == "caller" and visit.began_at <= self.ended_at <= visit.ended_at
        return self.ends(visit) or (is_unseen and visit.ended_at - self.ended_at <= _UNSEEN)


def explained(outages: Iterable[Outage], visit: Visit, reason: str | None) -> bool:
    """A row may say this of the visit although it says nothing about who ended it.

    In the fallback is only who had no Callroom for as long as the dialplan asks for it.
    """
    away = tuple(outages)
    if reason != "fallback":
        return any(outage.explains(visit, reason) for outage in away)
    return any(
        min(until, visit.ended_at) - max(since, visit.began_at) >= _FALLBACK_AFTER for since, until in _chains(away)
    )


def _chains(outages: tuple[Outage, ...]) -> list[tuple[datetime, datetime]]:
    """Outages as the dialplan meets them; who is in the fallback may stay there after the last."""
    chains: list[tuple[datetime, datetime]] = []
    for outage in sorted(outages, key=lambda one: one.began_at):
        until = outage.ended_at + _NO_SESSION
        if chains and outage.began_at <= chains[-1][1]:
            chains[-1] = (chains[-1][0], until)
        else:
            chains.append((outage.began_at, until))
    return chains


@dataclass(frozen=True, slots=True)
class Broken:
    """What does not hold of a call or an agent; `sentence` has the states, which change while it stays broken."""

    rule: str
    about: str
    sentence: str

    @property
    def key(self) -> tuple[str, str]:
        return self.rule, self.about

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence}"


async def floor_views(installation: Installation, login: str = "supervisor") -> dict[str, Any]:
    """The snapshot that a supervisor's browser gets."""
    async with seat(installation, login) as watcher, asyncio.timeout(10):
        while "system" not in watcher.objects:
            await asyncio.sleep(0.02)
        return dict(watcher.objects)


async def broken(installation: Installation, login: str = "supervisor") -> list[Broken]:
    """What does not hold now, by a fresh snapshot of the floor, the switch, and the floor once more.

    What changes in between is broken in one of the two comparisons only, and left out.
    """
    async with seat(installation, login) as watcher, asyncio.timeout(60):
        while "system" not in watcher.objects:
            await asyncio.sleep(0.02)
        first = dict(watcher.objects)
        switch = await read_switch(switch_of(installation))
        return lasting(compare(first, switch), compare(watcher.objects, switch))


def lasting(before: Iterable[Broken], now: Iterable[Broken]) -> list[Broken]:
    """What is broken now of which that rule was broken before, whatever the states were."""
    known = {one.key for one in before}
    return [one for one in now if one.key in known]


async def until_sound(installation: Installation, within_s: float = 5.0) -> float:
    """Wait until nothing is broken, and return the seconds it took; AssertionError with the sentences.

    Only a look at which nothing at all is broken is good. While calls come and go, a look may fall into a change: after
    `within_s` nothing may be broken in two looks in a row, and a little later a good look must have come.
    """
    began_s = time.monotonic()
    before: list[Broken] = []
    while True:
        looked_s = time.monotonic() - began_s
        now = await broken(installation)
        if not now:
            return looked_s
        if looked_s >= within_s:
            both = lasting(before, now)
            assert not both, f"after {looked_s:.1f} s: " + "; ".join(map(str, both))
            never = f"after {looked_s:.1f} s something new is broken at every look: " + "; ".join(map(str, now))
            assert looked_s < within_s + _UNSETTLED_S, never
        before = now
        await asyncio.sleep(0.2)


def compare(views: Views, switch: Reading) -> list[Broken]:
    """I5, I6 and I10 of one snapshot and one reading."""
    calls = {key[5:]: view for key, view in views.items() if key.startswith("call:") and view["state"] != "ended"}
    agents = [view for key, view in views.items() if key.startswith("agent:")]
    said = [
        *_about_calls(calls, switch),
        *(one for agent in agents for one in _about_agent(agent, calls, switch)),
        *_about_owners(agents),
    ]
    return [Broken(rule, about, f"{about} {sentence}") for rule, about, sentence in said]


def _about_calls(calls: Views, switch: Reading) -> Iterable[tuple[str, str, str]]:
    talks = switch.talks()
    for call_id in calls.keys() - switch.customers.keys():
        yield "I10", f"call {call_id}", f"is {calls[call_id]['state']} on the floor, the switch does not have it"
    for call_id, channel in switch.customers.items():
        about, call = f"call {call_id}", calls.get(call_id)
        if call is None:
            if channel.context != "fallback":
                yield (
                    "I10",
                    about,
                    f"is at the switch as {channel.name} in {channel.context}, the floor does not have it",
                )
        elif (call["state"] == "talking") != (call_id in talks):
            yield "I10", about, f"is {call['state']} on the floor, bridged with {talks.get(call_id)}"


def _about_agent(agent: Mapping[str, Any], calls: Views, switch: Reading) -> Iterable[tuple[str, str, str]]:
    extension, about, state = agent["extension"], f"agent {agent['agent_id']}", agent["state"]
    legs = switch.phones(extension)
    if len(legs) > 1:
        yield "I5", about, f"has {len(legs)} legs: {[leg.name for leg in legs]}"
    talks_with = [call_id for call_id, other in switch.talks().items() if other == extension]
    is_held = calls.get(agent["call_id"] or "", {}).get("state") == "rejoining"
    if state == "talking" and talks_with != [agent["call_id"]] and not is_held:
        yield "I10", about, f"talks on the floor with {agent['call_id']}, at the switch with {talks_with}"
    if state != "talking" and talks_with:
        yield "I10", about, f"is {state} on the floor and talks at the switch with {talks_with}"
    if legs and state not in ("ringing", "talking"):
        yield "I10", about, f"is {state} and has a leg: {[(leg.name, leg.application) for leg in legs]}"
    if state in ("ringing", "talking") and agent["call_id"] not in calls:
        yield "I10", about, f"is {state} with call {agent['call_id']}, which is over"
    if state == "ready" and agent["phone_reachable"] and extension not in switch.members:
        yield "I10", about, "is ready and not in the fallback queue"
    if state in ("signed_out", "not_ready") and extension in switch.members:
        yield "I10", about, f"is {state} and in the fallback queue"


def _about_owners(agents: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str, str]]:
    busy = Counter(agent["call_id"] for agent in agents if agent["state"] in ("ringing", "talking"))
    for call_id, count in busy.items():
        if count > 1:
            yield "I6", f"call {call_id}", f"belongs to {count} agents"


# --- the call log ---


async def call_log(admin: Seat, since: datetime) -> list[dict[str, Any]]:
    """All rows since then."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        start = since.isoformat().replace("+00:00", "Z")
        page = await admin.ask("GET", f"/calls?limit=200&from={start}{cursor}")
        rows += page["items"]
        if not page.get("next_cursor"):
            return rows
        cursor = f"&cursor={page['next_cursor']}"


async def check_log(
    admin: Seat,
    visits: Iterable[Visit],
    outages: Iterable[Outage] = (),
    *,
    hung_up: Mapping[str, datetime] | None = None,
    recorded: bool = True,
    patience_s: float = 20.0,
) -> int:
    """Exactly one row for each visit, ended, with the right end; if `recorded`, audio of each talk that came out.

    `hung_up`: when an agent's phone ended which call; a talk that the switch ended is then in it, or it was dropped.
    Rows are written behind and recordings later still: what is wrong gets `patience_s` to become right. Returns how
    many rows say what only an outage excuses.
    """
    seen, away = tuple(visits), tuple(outages)
    if not seen:
        return 0
    since = min(visit.began_at for visit in seen) - timedelta(seconds=5)
    deadline_s = time.monotonic() + patience_s
    while True:
        rows = await call_log(admin, since)
        in_goodbye = await _left_in_the_goodbye(admin, rows, seen)
        sentences = [*about_rows(rows, seen, away, in_goodbye, hung_up)]
        if recorded:
            sentences += [line for row in rows for line in await _about_sound(admin, row)]
        if not sentences:
            return len(_excused(rows, seen, away))
        if time.monotonic() >= deadline_s:
            stories = [
                await story_of(admin, row["id"])
                for row in rows
                if any(digits(row["number"]) in one for one in sentences)
            ]
            away_at = [f"away {one.began_at:%H:%M:%S.%f} to {one.ended_at:%H:%M:%S.%f}" for one in away]
            raise WrongRows(sentences, [*stories, *away_at])
        await asyncio.sleep(1)


def _excused(rows: list[dict[str, Any]], visits: tuple[Visit, ...], outages: tuple[Outage, ...]) -> set[str]:
    reasons = {digits(row["number"]): row["end_reason"] for row in rows}
    return {visit.number for visit in visits if explained(outages, visit, reasons[digits(visit.number)])}


async def story_of(admin: Seat, call_id: str) -> str:
    """What the log has of a call, for whoever reads the failure."""
    detail = await admin.ask("GET", f"/calls/{call_id}")
    events = ", ".join(f"{one['at'][11:23]} {one['kind']} {one['detail']}" for one in detail["events"])
    return f"{detail['number']} {call_id}: {events}"


async def _left_in_the_goodbye(admin: Seat, rows: list[dict[str, Any]], visits: tuple[Visit, ...]) -> set[str]:
    """Callers who hung up when the agent had done so: that does not change why the call was over."""
    left = {digits(visit.number): visit for visit in visits if visit.ended_by != "switch"}
    found = set()
    for row in rows:
        visit = left.get(digits(row["number"]))
        if visit is None or row["end_reason"] != "agent_hung_up" or not row["ended_at"]:
            continue
        legs = (await admin.ask("GET", f"/calls/{row['id']}"))["legs"]
        talked = [leg for leg in legs if leg["role"] == "agent" and leg["answered_at"]]
        if talked and all(datetime.fromisoformat(leg["ended_at"]) <= visit.ended_at for leg in talked):
            found.add(visit.number)
    return found


def about_rows(
    rows: list[dict[str, Any]],
    visits: tuple[Visit, ...],
    outages: tuple[Outage, ...] = (),
    in_goodbye: Set[str] = frozenset(),
    hung_up: Mapping[str, datetime] | None = None,
) -> Iterable[str]:
    """Sentences about visits without their one row, rows without a visit, and wrong ends."""
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(digits(row["number"]), []).append(row)
    for number in by_number.keys() - {digits(visit.number) for visit in visits}:
        yield f"{number or 'nobody'} has {len(by_number[number])} rows and did not call"
    for visit in visits:
        found = by_number.get(digits(visit.number), [])
        if len(found) != 1:
            yield f"{visit.number} ({visit.began_at:%H:%M:%S}, ended by {visit.ended_by}) has {len(found)} rows"
            continue
        if hung_up is not None:
            yield from _about_drop(found[0], visit, hung_up)
        if visit.number not in in_goodbye and not _crossed(found[0], visit, hung_up or {}, outages):
            yield from _about_end(found[0], visit, outages)


def _crossed(row: dict[str, Any], visit: Visit, hung_up: Mapping[str, datetime], outages: tuple[Outage, ...]) -> bool:
    """Both hung up at the same time, each before they heard of the other: then the row may name either.

    So it may when the agent did in an outage, and the caller before a Callroom was back that would have said goodbye.
    """
    at = hung_up.get(row["id"])
    if at is None or visit.ended_by != "caller" or row["end_reason"] != "agent_hung_up":
        return False
    return abs(at - visit.ended_at) <= _MARGIN or any(
        outage.began_at <= at <= visit.ended_at and outage.ends(visit) for outage in outages
    )


def _about_drop(row: dict[str, Any], visit: Visit, hung_up: Mapping[str, datetime]) -> Iterable[str]:
    """A phone that hangs up afterwards has not ended the call."""
    at, reason = hung_up.get(row["id"]), row["end_reason"]
    is_by_agent = at is not None and at <= visit.ended_at + _MARGIN
    if not is_by_agent and (reason == "agent_hung_up" or (visit.ended_by == "switch" and reason in _BY_AGENT)):
        yield f"{visit.number}: dropped at {visit.ended_at:%H:%M:%S.%f} ({reason}), the agent's phone hung up at {at}"


def _about_end(row: dict[str, Any], visit: Visit, outages: tuple[Outage, ...]) -> Iterable[str]:
    reason = row["end_reason"]
    if row["ended_at"] is None:
        yield f"{visit.number}: the row has no end"
        return
    if explained(outages, visit, reason):
        return
    if reason not in {"caller": _BY_CALLER, "switch": _BY_SWITCH}.get(visit.ended_by, _BY_CALLER | _BY_SWITCH):
        yield f"{visit.number}: ended by the {visit.ended_by} at {visit.ended_at:%H:%M:%S.%f}, the row says {reason}"
    if reason in _TALKED and row["talked_s"] <= 0:
        yield f"{visit.number}: {reason} without a talk"
    ended_at = datetime.fromisoformat(row["ended_at"])
    # Of an end that nobody watched the return is the latest that can be written.
    latest = max([visit.ended_at, *(outage.ended_at for outage in outages if outage.ends(visit))]) + _APART
    if not visit.ended_at - _APART <= ended_at <= latest:
        yield f"{visit.number}: the end is {(ended_at - visit.ended_at).total_seconds():.1f} s off"


async def _about_sound(admin: Seat, row: dict[str, Any]) -> Iterable[str]:
    if row["talked_s"] <= 0 or row["end_reason"] == "fallback":
        return []
    detail = await admin.ask("GET", f"/calls/{row['id']}")
    states = {recording["state"] for recording in detail["recordings"]}
    return [] if states and states <= _RECORDED else [f"I7: recordings of {row['number']} are {sorted(states)}"]


async def check_kept(admin: Seat, dispositions: Mapping[str, str]) -> None:
    """I3: what the API acknowledged is in the log."""
    for call_id, code in dispositions.items():
        row = await admin.ask("GET", f"/calls/{call_id}")
        assert row["disposition"] == code, f"I3: {call_id} was classified as {code}, the row says {row['disposition']}"


def digits(number: str | None) -> str:
    # The log shows a Chinese number without its country code.
    return "".join(char for char in number or "" if char.isdigit())[-11:]
