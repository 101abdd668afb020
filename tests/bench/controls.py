"""Button → effect in the audio: each control of a talk, pressed by API, heard by whom it concerns; beside bare AMI."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from cti.asterisk.layout import CARRIER, LOOPBACK
from cti.asterisk.secrets import sip_password
from cti.tasks import TaskSet
from tests.bench.ami_reader import Manager, manager, orderer
from tests.bench.bridge import CALLER, pause
from tests.bench.caller import Carrier, Visit
from tests.bench.crew import LeanSeat, Phone, media_address, own_phone
from tests.bench.figures import Spread, spread
from tests.bench.office import plain_phones
from tests.bench.place import Place
from tests.bench.seat import Seat, seat
from tests.bench.voice import HUMAN_HZ, Effect, Voice, hears, music

ENTRY, PLAIN = "4807", "4808"
# A phone that nobody signs in for.
PLAIN_PHONE = "1043"
CUSTOMER, ANN, BEN, EVE = HUMAN_HZ
WARM_UP = 1
PATIENCE_S = 8.0
SOUND = "limit: a word from the agent's microphone to the customer's ear"
BARE_HOLD, BARE_JOIN = "peer: AMI `Redirect` of both legs to music and silence", "peer: AMI `Bridge` of two legs"
DIALPLAN = f"""[from-trunk](+)
exten => {PLAIN},1,Answer(0,i)
 same => n,Dial(PJSIP/{PLAIN_PHONE})

[bench-music]
exten => s,1,MusicOnHold()

[bench-quiet]
exten => s,1,Wait(60)"""


class Watcher(LeanSeat):
    """Classifies as agents of the crew do, and keeps all that it is told: here nobody is in a hurry."""

    user_id = 0
    listen = Seat.listen

    @property
    def me(self) -> dict[str, Any]:
        """A supervisor is told of everybody's seat."""
        view: dict[str, Any] = self.objects.get(f"agent:{self.user_id}", {})
        return view

    def call(self, call_id: str) -> dict[str, Any]:
        """Return the floor's view of it."""
        view: dict[str, Any] = self.objects[f"call:{call_id}"]
        return view


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the center."""

    seat: Watcher
    voice: Voice


@dataclass
class Stopwatch:
    """Times in ms, by control; `counts` is false while everything warms up."""

    counts: bool = False
    times: dict[str, list[float]] = field(default_factory=dict)

    async def press(self, name: str, who: Person, path: str, ear: Voice, effect: Effect, **body: Any) -> None:
        """Send the order of a button, and take the time until `ear` hears its effect for good."""
        assert ear.now is None or not effect(ear.now), f"{name}: it is so already"
        await pause()
        pressed_at = time.monotonic()
        await who.seat.ask("POST", path, body or None)
        self.keep(name, pressed_at, await ear.from_when(effect, pressed_at))

    def keep(self, name: str, began_at: float, came_at: float) -> None:
        """Write one down."""
        if self.counts:
            self.times.setdefault(name, []).append((came_at - began_at) * 1000)


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody of the story."""

    carrier: Carrier
    customer: Voice
    ann: Person
    ben: Person
    eve: Person


async def measure_controls(place: Place, carrier: Carrier, rounds: int) -> dict[str, Spread]:
    """Play the story `rounds` times, and the peers after each."""
    watch = Stopwatch()
    place.append("extensions.conf", DIALPLAN)
    await place.instance.command("dialplan reload")
    async with AsyncExitStack() as stack:
        company = await _company(place, carrier, stack)
        plain = await stack.enter_async_context(_voice(BEN, LOOPBACK))
        await stack.enter_async_context(_plain_phone(place, plain))
        witness = await stack.enter_async_context(manager(place.switch))
        orders = await stack.enter_async_context(orderer(place.switch))
        for turn in range(WARM_UP + rounds):
            watch.counts = turn >= WARM_UP
            await _story(company, watch)
            await _peers(company, plain, witness, orders, watch)
    return {name: spread(values) for name, values in watch.times.items()}


# --- who is there ---


async def _company(place: Place, carrier: Carrier, stack: AsyncExitStack) -> Company:
    admin = await stack.enter_async_context(seat(place.installation, "admin"))
    queue = await admin.ask("POST", "/queues", {"name": "Controls", "record": True, "wrap_up_s": 0})
    body = {"start": "line", "nodes": {"line": {"type": "queue", "queue": queue["id"]}}}
    flow = await admin.ask("POST", "/flows", {"name": "Controls", "body": body})
    await admin.ask("POST", "/entry-numbers", {"number": ENTRY, "label": "Controls", "flow_id": flow["id"]})
    users = {
        login: await admin.ask("POST", "/users", {"login": login, "name": login, "role": role, "queue_ids": queues})
        for login, role, queues in (
            ("ann", "agent", [queue["id"]]),
            ("ben", "agent", []),
            ("eve", "supervisor", []),
        )
    }
    listed = {user["login"]: user for user in (await admin.ask("GET", "/users"))["items"]}
    await plain_phones(place, [str(listed[login]["extension"]) for login in users] + [PLAIN_PHONE])
    people = [
        await stack.enter_async_context(_person(place, login, users[login]["password"], listed[login]["id"], hz))
        for login, hz in (("ann", ANN), ("ben", BEN), ("eve", EVE))
    ]
    customer = await stack.enter_async_context(_voice(CUSTOMER, CARRIER))
    return Company(carrier, customer, *people)


@asynccontextmanager
async def _voice(hz: int, host: str) -> AsyncIterator[Voice]:
    voice = Voice(hz, host)
    await voice.open()
    try:
        yield voice
    finally:
        await voice.aclose()


@asynccontextmanager
async def _person(place: Place, login: str, password: str, user_id: int, hz: int) -> AsyncIterator[Person]:
    tasks = TaskSet()
    faults: list[str] = []
    async with (
        _voice(hz, LOOPBACK) as voice,
        seat(place.installation, login, password, Watcher) as agent,
        own_phone(agent, place.switch.secrets.sip_key, voice, lambda _: None, tasks),
    ):
        assert isinstance(agent, Watcher)
        agent.user_id = user_id
        await agent.get_ready()
        tasks.start(agent.work(faults), name="classifies")
        try:
            yield Person(agent, voice)
        finally:
            await tasks.aclose()
    assert not faults, faults


@asynccontextmanager
async def _plain_phone(place: Place, voice: Voice) -> AsyncIterator[Phone]:
    made = Phone(PLAIN_PHONE, sip_password(place.switch.secrets.sip_key, PLAIN_PHONE), voice, lambda _: None)
    await made.open_ws(place.switch.ws_port)
    try:
        assert "200" in await made.register(expires_s=3600)
        yield made
    finally:
        await made.aclose()


# --- what happens ---


async def _story(company: Company, watch: Stopwatch) -> None:
    customer, ann, ben, eve = company.customer, company.ann, company.ben, company.eve
    visit = await _arrive(company, ENTRY)
    await customer.from_when(hears(ANN))
    await ann.voice.from_when(hears(CUSTOMER))
    call_id = str(ann.seat.me["call_id"])
    call = f"/calls/{call_id}"
    await _a_word(ann.voice, customer, watch)

    await watch.press("hold: the customer hears the agent no more", ann, f"{call}/hold", customer, hears())
    await customer.from_when(music)
    await watch.press("retrieve: the customer hears the agent", ann, f"{call}/retrieve", customer, hears(ANN))
    await ann.voice.from_when(hears(CUSTOMER))

    await watch.press(
        "listen: the supervisor (whose phone is rung) hears both",
        eve, f"{call}/supervise", eve.voice, hears(CUSTOMER, ANN), mode="listen",
    )  # fmt: skip
    await watch.press(
        "whisper: the agent hears the supervisor, too",
        eve, f"{call}/supervise", ann.voice, hears(CUSTOMER, EVE), mode="whisper",
    )  # fmt: skip
    await watch.press(
        "barge in: the customer hears both", eve, f"{call}/supervise", customer, hears(ANN, EVE), mode="barge"
    )
    await watch.press(
        "leave: the customer hears the agent alone", eve, f"{call}/stop-supervising", customer, hears(ANN)
    )

    await watch.press(
        "consult: the agent hears the colleague (whose phone is rung)",
        ann, f"{call}/invite", ann.voice, hears(BEN), agent_id=ben.seat.user_id,
    )  # fmt: skip
    await customer.from_when(music)
    party = await _party(ann, call_id)
    await watch.press(
        "swap: the customer hears the agent again", ann, f"{call}/parties/{party}/swap", customer, hears(ANN)
    )
    await ann.voice.from_when(hears(CUSTOMER))
    await watch.press(
        "conference: the customer hears both agents",
        ann, f"{call}/parties/{party}/bring-in", customer, hears(ANN, BEN),
    )  # fmt: skip
    await watch.press(
        "complete the transfer: the customer hears the colleague alone", ann, f"{call}/leave", customer, hears(BEN)
    )
    await ben.voice.from_when(hears(CUSTOMER))
    await ann.seat.until("ready")

    await watch.press("park: the customer hears the agent no more", ben, f"{call}/park", customer, hears())
    await customer.from_when(music)
    await ben.seat.until("ready")
    await watch.press(
        "pick up: the customer hears who did (whose phone is rung)", ann, f"{call}/pick-up", customer, hears(ANN)
    )
    await ann.voice.from_when(hears(CUSTOMER))
    await watch.press(
        "blind transfer: the customer hears the colleague (whose phone is rung)",
        ann, f"{call}/transfer", customer, hears(BEN), agent_id=ben.seat.user_id,
    )  # fmt: skip
    await ben.voice.from_when(hears(CUSTOMER))
    await ann.seat.until("ready")
    await watch.press(
        "take over: the customer hears the supervisor alone (whose phone is rung)",
        eve, f"{call}/supervise", customer, hears(EVE), mode="take_over",
    )  # fmt: skip
    await eve.voice.from_when(hears(CUSTOMER))
    await watch.press("hang up: the customer hears nobody more", eve, f"{call}/hang-up", customer, hears())
    await company.carrier.hang_up(visit)
    for person in (ann, ben, eve):
        await person.seat.until("ready")


async def _arrive(company: Company, number: str) -> Visit:
    visit = company.carrier.dial(number, CALLER, company.customer.take().sdp())
    await company.carrier.answered(visit)
    there = media_address(visit.ok)
    assert there is not None
    company.customer.talk(company.customer.take(), there)
    return visit


async def _a_word(speaker: Voice, ear: Voice, watch: Stopwatch) -> None:
    speaker.be_silent()
    await ear.from_when(hears())
    began_at = await speaker.speak()
    watch.keep(SOUND, began_at, await ear.from_when(hears(speaker.hz), began_at))


async def _party(who: Person, call_id: str) -> str:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for party in who.seat.call(call_id)["parties"]:
                if party["answered_at"] is not None:
                    return str(party["party_id"])
            await asyncio.sleep(0.02)


# --- what Asterisk does by itself ---


async def _peers(company: Company, plain: Voice, witness: Manager, orders: Manager, watch: Stopwatch) -> None:
    customer = company.customer
    visit = await _arrive(company, PLAIN)
    begun = await witness.next(
        lambda event: event["Event"] == "DialBegin" and event["DestChannel"].startswith(f"PJSIP/{PLAIN_PHONE}-")
    )
    await customer.from_when(hears(plain.hz))
    await pause()
    pressed_at = time.monotonic()
    orders.send(
        "Redirect",
        Channel=begun["Channel"], Context="bench-music", Exten="s", Priority="1",
        ExtraChannel=begun["DestChannel"], ExtraContext="bench-quiet", ExtraExten="s", ExtraPriority="1",
    )  # fmt: skip
    watch.keep(BARE_HOLD, pressed_at, await customer.from_when(hears(), pressed_at))
    await customer.from_when(music)
    await pause()
    pressed_at = time.monotonic()
    orders.send("Bridge", Channel1=begun["Channel"], Channel2=begun["DestChannel"], Tone="no")
    watch.keep(BARE_JOIN, pressed_at, await customer.from_when(hears(plain.hz), pressed_at))
    await company.carrier.hang_up(visit)
    await pause()
