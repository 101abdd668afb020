"""A predictive campaign from its list to its end: everything is done and asked as people do it, by API."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dialer.listening.shelf import Shelf
from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.faults.callees import (
    MAPPING,
    Callee,
    become_customers,
    put_on_the_list,
    retries,
    table,
)
from tests.faults.campaigns import zone_at_noon
from tests.faults.desk_crew import DeskAgent, Shown, desk_crew
from tests.faults.reading import dialed_at_the_carrier, keep_who_is_dialed
from tests.faults.town import Town

TRIED_WITHIN_S, FILED_WITHIN_S = 240.0, 40.0
LISTED_AFTER = 60
MESSAGE = "call_us_back"
"""What is left in mailboxes."""


@dataclass
class Run:
    """What it left: attempts and leads by number, calls of those who talked by their id."""

    town: Town
    admin: Seat
    people: list[Callee]
    path: str = ""
    agents: list[DeskAgent] = field(default_factory=list)
    took_s: float = 0.0
    dialed: Counter[str] = field(default_factory=Counter)
    imported: dict[str, Any] = field(default_factory=dict)
    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    attempts: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    talks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def shown(self) -> list[tuple[DeskAgent, Shown, Callee]]:
        """Every talk on every screen, and who it was."""
        by_number = {one.number: one for one in self.people}
        return [(agent, one, by_number[one.number]) for agent in self.agents for one in agent.screen]

    def days(self) -> str:
        """Whatever day it is where."""
        today = datetime.now(UTC).date()  # noqa: TID251 - the story happens in real time
        return f"first={today - timedelta(days=1)}&last={today + timedelta(days=1)}"

    @property
    def dialable(self) -> list[Callee]:
        return [one for one in self.people if not one.listed]


def of(shown: str) -> str:
    """A number as it is dialed, of one as pages show it."""
    return "+86" + "".join(char for char in shown if char.isdigit())[-11:]


@contextlib.asynccontextmanager
async def campaign_run(town: Town, people: list[Callee]) -> AsyncIterator[Run]:
    """Dial them all, once each; the agents are gone and the recordings filed when the block begins."""
    _teach(town)
    await town.kill_callroom()  # the library is read at the start
    async with seat(town.installation, "admin") as admin:
        run = Run(town, admin, people)
        await become_customers(admin, people)
        queue = await admin.ask("POST", "/queues", {"name": "Shown", "record": True, "wrap_up_s": 0})
        await _set_up(run, queue["id"])
        async with desk_crew(town.installation, admin, queue["id"]) as run.agents:
            await _dial(run)
        await _read(run)
        yield run


def _teach(town: Town) -> None:
    """The operator's library has the simulator's announcement and mailbox."""
    shelf, sounds = Shelf(town.installation.home / "lines"), town.installation.pstn.layout.sounds
    shelf.add("unallocated-simulator", "empty", sounds / "unallocated.wav")
    shelf.add("mailbox-simulator", "voicemail", sounds / "voicemail.wav")


async def _set_up(run: Run, queue_id: int) -> None:
    admin = run.admin
    await put_on_the_list(admin, run.people, "before")
    for language, text in (("zh", "请回电。"), ("en", "Please call us back.")):
        await admin.ask("POST", f"/prompts/{MESSAGE}/{language}/speak", {"text": text})
    rules = {"ring_s": 15.0, "retries": retries(), "machines": {"action": "message", "prompt": MESSAGE}}
    run.path = await new_campaign(admin, queue_id, rules)
    run.imported = await take_on(admin, run.path, run.people)
    for how in ("imported", "customer"):
        await put_on_the_list(admin, run.people, how)


async def new_campaign(admin: Seat, queue_id: int, rules: dict[str, Any]) -> str:
    """Make a predictive one under a policy with limits; return its path."""
    now = datetime.now(UTC)  # noqa: TID251 - read by the server in real time
    await admin.ask("PUT", "/do-not-call/registers/us-ftc", {"as_of": now.isoformat(), "source": "FTC"})
    body = {"name": "Every fate", "mode": "predictive", "queue_id": queue_id, "policies": ["us-ftc"], "rules": rules}
    return f"/campaigns/{(await admin.ask('POST', '/campaigns', body))['id']}"


async def take_on(admin: Seat, path: str, people: list[Callee]) -> dict[str, Any]:
    """Import them, as people who are where it is noon; return what came of it."""
    zone = zone_at_noon(datetime.now(UTC))  # noqa: TID251 - as above
    into = f"{path}/lists/{(await admin.ask('POST', f'{path}/lists', {'name': 'All'}))['id']}"
    job = await admin.upload(f"{into}/import", table(people, zone), mapping=MAPPING, name="all.csv")

    async def over() -> bool:
        job.update(await admin.ask("GET", f"{path}/imports/{job['id']}"))
        return bool(job["state"] != "running")

    await eventually(over, 20, "the list is imported")
    return dict(job)


async def _dial(run: Run) -> None:
    admin, installation = run.admin, run.town.installation
    await keep_who_is_dialed(installation)
    before, began_s = await dialed_at_the_carrier(installation), time.monotonic()
    await admin.ask("POST", f"{run.path}/steps", {"step": "started"})
    await _until_dialed(run, LISTED_AFTER)
    await put_on_the_list(admin, run.people, "meanwhile")
    await _until_dialed(run, len(run.dialable))

    async def all_settled() -> bool:
        waiting = await admin.all_of(f"{run.path}/leads?state=waiting")
        return all(lead["attempts"] for lead in waiting) and all(one["verdict"] for one in await _log_of(run))

    await eventually(all_settled, TRIED_WITHIN_S, "nobody waits who was not tried, and each attempt has its verdict")
    run.took_s = time.monotonic() - began_s
    run.dialed = await dialed_at_the_carrier(installation) - before
    await admin.ask("POST", f"{run.path}/steps", {"step": "finished"})


async def _log_of(run: Run) -> list[dict[str, Any]]:
    return await run.admin.all_of(f"{run.path}/attempts?")


async def _until_dialed(run: Run, count: int) -> None:
    async def dialed() -> bool:
        await asyncio.sleep(0.5)
        return len(await _log_of(run)) >= count

    await eventually(dialed, TRIED_WITHIN_S, f"{count} were dialed")


async def _read(run: Run) -> None:
    admin = run.admin
    run.log = await _log_of(run)
    run.attempts = {of(one["number"]): one for one in run.log}
    for state in ("waiting", "reserved", "dialing", "done", "barred"):
        for lead in await admin.all_of(f"{run.path}/leads?state={state}"):
            run.leads[of(lead["numbers"][0]["number"])] = lead
    talked = [one["id"] for one in run.log if one["agent"] is not None]

    async def filed() -> bool:
        run.talks = {call_id: await admin.ask("GET", f"/calls/{call_id}") for call_id in talked}
        states = {sound["state"] for call in run.talks.values() for sound in call["recordings"]}
        return not states & {"recording", "processing"}

    await eventually(filed, FILED_WITHIN_S, "recordings are filed")
