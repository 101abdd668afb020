"""What must hold after every fault: the catalogue's I3 to I7 and I10, asked of the running system from outside.

    await until_sound(installation)                      I5, I6, I10: floor == switch, within 5 s; returns how long
    await check_log(admin, visits, outages)              every visit has exactly one row with the right end; I7
    await check_kept(admin, {call_id: "resolved"})       I3: acknowledged dispositions are there

`broken(installation)` gives the same as `until_sound` as a list of sentences, without waiting.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
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
    """Callroom, its link or its switch was away; `allowed` are the ends that a call may have because of it."""

    began_at: datetime
    ended_at: datetime
    allowed: frozenset[str] = frozenset({"lost_while_away", "fallback"})

    def explains(self, visit: Visit, reason: str | None) -> bool:
        margin = timedelta(seconds=3)
        overlaps = self.began_at - margin <= visit.ended_at <= self.ended_at + margin
        return overlaps and reason in self.allowed


async def floor_views(installation: Installation, login: str = "supervisor") -> dict[str, Any]:
    """The snapshot that a supervisor's browser gets."""
    async with seat(installation, login) as watcher, asyncio.timeout(10):
        while "system" not in watcher.objects:
            await asyncio.sleep(0.02)
        return dict(watcher.objects)


async def broken(installation: Installation) -> list[str]:
    """Sentences about what does not hold now; a change in between the two looks is reported as well."""
    views = await floor_views(installation)
    return compare(views, await read_switch(switch_of(installation)))


async def until_sound(installation: Installation, within_s: float = 5.0) -> float:
    """Wait until nothing is broken, and return the seconds it took; AssertionError with the sentences.

    While calls come and go, something changes between the look at the floor and the look at the switch: what two looks
    in a row agree on is broken.
    """
    began_s = time.monotonic()
    before: set[str] | None = None
    while True:
        looked_s = time.monotonic() - began_s
        async with asyncio.timeout(60):
            now = set(await broken(installation))
        if not now or (before is not None and not now & before):
            return looked_s
        assert before is None or looked_s < within_s, f"after {looked_s:.1f} s: " + "; ".join(sorted(now & before))
        before = now
        await asyncio.sleep(0.2)


def compare(views: Views, switch: Reading) -> list[str]:
    """I5, I6 and I10 of one snapshot and one reading."""
    calls = {key[5:]: view for key, view in views.items() if key.startswith("call:") and view["state"] != "ended"}
    agents = [view for key, view in views.items() if key.startswith("agent:")]
    return [
        *_about_calls(calls, switch),
        *(sentence for agent in agents for sentence in _about_agent(agent, calls, switch)),
        *_about_owners(agents),
    ]


def _about_calls(calls: Views, switch: Reading) -> Iterable[str]:
    talks = switch.talks()
    for call_id in calls.keys() - switch.customers.keys():
        yield f"I10: the floor has call {call_id} ({calls[call_id]['state']}), the switch does not"
    for call_id, channel in switch.customers.items():
        call = calls.get(call_id)
        if call is None:
            if channel.context != "fallback":
                yield f"I10: the switch has call {call_id} in {channel.context}, the floor does not"
        elif (call["state"] == "talking") != (call_id in talks):
            yield f"I10: call {call_id} is {call['state']} on the floor, bridged with {talks.get(call_id)}"


def _about_agent(agent: Mapping[str, Any], calls: Views, switch: Reading) -> Iterable[str]:
    extension, name = agent["extension"], f"agent {agent['agent_id']}"
    legs = switch.phones(extension)
    if len(legs) > 1:
        yield f"I5: {name} has {len(legs)} legs: {[leg.name for leg in legs]}"
    talks_with = [call_id for call_id, other in switch.talks().items() if other == extension]
    is_held = calls.get(agent["call_id"] or "", {}).get("state") == "rejoining"
    if agent["state"] == "talking" and talks_with != [agent["call_id"]] and not is_held:
        yield f"I10: {name} talks on the floor with {agent['call_id']}, at the switch with {talks_with}"
    if agent["state"] != "talking" and talks_with:
        yield f"I10: {name} is {agent['state']} on the floor and talks at the switch with {talks_with}"
    if legs and agent["state"] not in ("ringing", "talking"):
        yield f"I10: {name} is {agent['state']} and has a leg: {[(leg.name, leg.application) for leg in legs]}"
    if agent["state"] in ("ringing", "talking") and agent["call_id"] not in calls:
        yield f"I10: {name} is {agent['state']} with call {agent['call_id']}, which is over"
    if agent["state"] == "ready" and agent["phone_reachable"] and extension not in switch.members:
        yield f"I10: {name} is ready and not in the fallback queue"
    if agent["state"] in ("signed_out", "not_ready") and extension in switch.members:
        yield f"I10: {name} is {agent['state']} and in the fallback queue"


def _about_owners(agents: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    busy = Counter(agent["call_id"] for agent in agents if agent["state"] in ("ringing", "talking"))
    for call_id, count in busy.items():
        if count > 1:
            yield f"I6: call {call_id} belongs to {count} agents"


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
    recorded: bool = True,
    patience_s: float = 20.0,
) -> None:
    """Exactly one row for each visit, ended, with the right end; if `recorded`, audio of each talk that came out.

    Rows are written behind and recordings later still: what is wrong gets `patience_s` to become right.
    """
    seen, away = tuple(visits), tuple(outages)
    if not seen:
        return
    since = min(visit.began_at for visit in seen) - timedelta(seconds=5)
    deadline_s = time.monotonic() + patience_s
    while True:
        rows = await call_log(admin, since)
        said_goodbye = await _left_in_the_goodbye(admin, rows, seen)
        sentences = [*_about_rows(rows, [visit for visit in seen if visit.number not in said_goodbye], away)]
        if recorded:
            sentences += [line for row in rows for line in await _about_sound(admin, row)]
        if not sentences:
            return
        if time.monotonic() >= deadline_s:
            stories = [
                await story_of(admin, row["id"])
                for row in rows
                if any(digits(row["number"]) in one for one in sentences)
            ]
            away_at = [f"away {one.began_at:%H:%M:%S.%f} to {one.ended_at:%H:%M:%S.%f}" for one in away]
            raise WrongRows(sentences, [*stories, *away_at])
        await asyncio.sleep(1)


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


def _about_rows(rows: list[dict[str, Any]], visits: list[Visit], outages: tuple[Outage, ...]) -> Iterable[str]:
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(digits(row["number"]), []).append(row)
    for visit in visits:
        found = by_number.get(digits(visit.number), [])
        if len(found) != 1:
            yield f"{visit.number} ({visit.began_at:%H:%M:%S}, ended by {visit.ended_by}) has {len(found)} rows"
        else:
            yield from _about_end(found[0], visit, outages)


def _about_end(row: dict[str, Any], visit: Visit, outages: tuple[Outage, ...]) -> Iterable[str]:
    reason = row["end_reason"]
    if row["ended_at"] is None:
        yield f"{visit.number}: the row has no end"
        return
    if any(outage.explains(visit, reason) for outage in outages):
        return
    if reason not in {"caller": _BY_CALLER, "switch": _BY_SWITCH}.get(visit.ended_by, _BY_CALLER | _BY_SWITCH):
        yield f"{visit.number}: ended by the {visit.ended_by} at {visit.ended_at:%H:%M:%S}, the row says {reason}"
    if reason in _TALKED and row["talked_s"] <= 0:
        yield f"{visit.number}: {reason} without a talk"
    apart_s = abs((datetime.fromisoformat(row["ended_at"]) - visit.ended_at).total_seconds())
    overlapping = any(one.began_at <= visit.ended_at <= one.ended_at + timedelta(seconds=3) for one in outages)
    if apart_s > 3 and not overlapping:
        yield f"{visit.number}: the end is {apart_s:.1f} s off"


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
