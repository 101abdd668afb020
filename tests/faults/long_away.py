"""Callroom is killed and stays away for minutes while callers come: each gets a person or leaves a number.

For two thirds of the time there are agents at their phones (app_queue finds them), for the last third nobody is there
and callers press keys for a callback. Afterwards the call log knows them all.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cti.asterisk.pstn import call_in
from cti.tasks import TaskSet
from tests.bench.seat import Seat, seat
from tests.faults.crew import crew
from tests.faults.crowd import Habit, crowd
from tests.faults.invariants import WrongRows, call_log, digits, until_sound
from tests.faults.town import STRAIGHT, Town, until

AGENTS = 3
PATIENT = Habit("patient", STRAIGHT, 90.0, 4.0)
CALLBACKS_EVERY_S = 6.0
# After the time for which Callroom is asked again (OUTAGE_S), in the middle of the first prompt.
KEYS_AFTER_S = 27.0
LOG_WITHIN_S = 90.0


@dataclass
class Away:
    """What came out; `waited_s` are the seconds until somebody answered, by the call log."""

    seed: int
    away_s: float = 0.0
    callers: int = 0
    answered: int = 0
    callbacks: int = 0
    taken_back: int = 0
    sound_s: float = 0.0
    waited_s: list[float] = field(default_factory=list)


async def stay_away(
    town: Town, folder: Path, result: Away, minutes: float, sound_within_s: float, say: Callable[[str], None]
) -> None:
    """Raise AssertionError if anybody was not served or is not in the log."""
    began_at = datetime.now(UTC)  # noqa: TID251 - the story happens in real time
    numbers = random.Random(result.seed).sample(range(10**7), 1000)
    async with AsyncExitStack() as stack:
        async with crew(town.installation, town.passwords_of(AGENTS), result.seed):
            callers = await stack.enter_async_context(crowd(town, folder, result.seed, (PATIENT,)))
            await town.let_phones_be_mute()
            await asyncio.sleep(10)
            gone_s = time.monotonic()
            await town.installation.end_process(signal.SIGKILL)
            await _pass(minutes * 40, say, "agents at their phones", lambda: len(callers.notes()))
            await callers.stop()
        leaving: list[str] = []
        async with _callers_with_keys(town, numbers, leaving):
            until_s = gone_s + minutes * 60
            await _pass(until_s - time.monotonic(), say, "nobody there", lambda: len(leaving))
        await town.installation.start()
        result.away_s = time.monotonic() - gone_s
        expected = [visit.number for visit in callers.visits()] + leaving
        result.callers = len(expected)
        async with crew(town.installation, town.passwords_of(AGENTS), result.seed + 1):
            await town.let_phones_be_mute()
            result.sound_s = await until_sound(town.installation, sound_within_s)
            async with seat(town.installation, "supervisor") as admin:
                await _check(admin, expected, began_at, result)


async def away_for_a_moment(
    town: Town,
    folder: Path,
    result: Away,
    away_s: float,
    sound_within_s: float,
    say: Callable[[str], None],
    *,
    frozen: bool = False,
) -> None:
    """As `stay_away`, with agents at their phones all the time, and callers in line when Callroom is back.

    `frozen`: it is not killed, it stands still.
    """
    began_at = datetime.now(UTC)  # noqa: TID251 - the story happens in real time
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(crew(town.installation, town.passwords_of(AGENTS), result.seed))
        callers = await stack.enter_async_context(crowd(town, folder, result.seed, (PATIENT,)))
        await town.let_phones_be_mute()
        await until(callers.notes, 20, "the first caller")
        gone_s = time.monotonic()
        async with _frozen(town) if frozen else _killed(town):
            await _pass(away_s, say, "agents at their phones", lambda: len(callers.notes()))
        result.away_s = time.monotonic() - gone_s
        await town.let_phones_be_mute()
        await callers.stop()
        result.sound_s = await until_sound(town.installation, sound_within_s)
        expected = [visit.number for visit in callers.visits()]
        result.callers = len(expected)
        async with seat(town.installation, "supervisor") as admin:
            await _check(admin, expected, began_at, result)


@asynccontextmanager
async def _killed(town: Town) -> AsyncIterator[None]:
    await town.installation.end_process(signal.SIGKILL)
    yield
    await town.installation.start()


@asynccontextmanager
async def _frozen(town: Town) -> AsyncIterator[None]:
    os.kill(town.installation.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(town.installation.pid, signal.SIGCONT)


async def _pass(seconds: float, say: Callable[[str], None], what: str, so_far: Callable[[], int]) -> None:
    until_s = time.monotonic() + seconds
    while (left_s := until_s - time.monotonic()) > 0:
        say(f"away: {what}, {so_far()} callers so far, {left_s:.0f} s to go")
        await asyncio.sleep(min(30.0, left_s))


@asynccontextmanager
async def _callers_with_keys(town: Town, numbers: list[int], made: list[str]) -> AsyncIterator[None]:
    async def come() -> None:
        for number in numbers:
            caller = f"+86139{number:08d}"
            keys = f"1wwww139{number:08d}#wwww1"
            await call_in(
                town.installation.pstn,
                STRAIGHT,
                caller,
                keys=keys,
                key_delay_s=KEYS_AFTER_S,
                stay_s=120.0,
                audio="tone440",
            )
            made.append(caller)
            await asyncio.sleep(CALLBACKS_EVERY_S)

    tasks = TaskSet()
    coming = tasks.start(come(), name="callers with keys")
    try:
        yield
        if coming.done():
            coming.result()
    finally:
        await tasks.aclose()


async def _check(admin: Seat, expected: list[str], began_at: datetime, result: Away) -> None:
    deadline_s = time.monotonic() + LOG_WITHIN_S
    while True:
        rows = await call_log(admin, began_at - timedelta(seconds=5))
        wrong = _note(rows, await _left(admin), expected, result)
        if not wrong:
            return
        if time.monotonic() >= deadline_s:
            raise WrongRows(wrong)
        await asyncio.sleep(1)


def _note(rows: list[dict[str, Any]], left: dict[str, str | None], expected: list[str], result: Away) -> list[str]:
    """Sum up; sentences about those who got neither a person nor left their number."""
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(digits(row["number"]), []).append(row)
    wrong = []
    result.answered = result.callbacks = result.taken_back = 0
    result.waited_s = []
    for number in expected:
        found = by_number.get(digits(number), [])
        if len(found) != 1:
            wrong.append(f"{number} has {len(found)} rows")
            continue
        (row,) = found
        if row["ended_at"] is None:
            wrong.append(f"{number}: the row has no end")
        elif row["agent_name"] and row["talked_s"] > 0:
            result.answered += 1
            result.taken_back += row["end_reason"] != "fallback"
            result.waited_s.append(row["waited_s"])
        elif digits(left.get(row["id"])) == digits(number):
            result.callbacks += 1
        else:
            wrong.append(f"{number}: {row['end_reason']}, neither answered nor a number left")
    return wrong


async def _left(admin: Seat) -> dict[str, str | None]:
    """The numbers that callers left, by call."""
    found: dict[str, str | None] = {}
    cursor = ""
    while True:
        page = await admin.ask("GET", f"/voicemails?limit=100{cursor}")
        found |= {item["call_id"]: item["number"] for item in page["items"] if item["kind"] == "callback"}
        if not page.get("next_cursor"):
            return found
        cursor = f"&cursor={page['next_cursor']}"
