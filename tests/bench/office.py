"""A whole Callroom with a crew of agents and a crowd's lines: where load is put on."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from cti.asterisk.layout import CARRIER, LOOPBACK
from tests.bench.caller import Carrier
from tests.bench.crew import Crew, crew, hire
from tests.bench.crowd import Crowd
from tests.bench.place import Place, place
from tests.bench.pump import Pump, pump
from tests.bench.seat import Seat, seat

ENTRY = "4810"
# Asterisk's media ports, and behind them those of callers and phones (each at an address of its own): 8,000 and
# more. A soak beside other benches names others: BENCH_RTP_FIRST.
RTP_FIRST = int(os.environ.get("BENCH_RTP_FIRST", "46000"))
RTP_COUNT = int(os.environ.get("BENCH_RTP_COUNT", "8000"))
MEDIA_FIRST = RTP_FIRST + RTP_COUNT


@dataclass
class Office:
    """`place` as the operator has it; `crowd` dials ENTRY, whose flow is one queue of all the crew."""

    place: Place
    admin: Seat
    carrier: Carrier
    crew: Crew
    callers: Pump
    phones: Pump
    queue_id: int
    extensions: list[str]
    dismiss: Callable[[], Awaitable[None]]

    def crowd(self, **options: object) -> Crowd:
        """Let callers come to the entry number."""
        return Crowd(self.carrier, self.crew, self.callers, **{"to": ENTRY, **options})  # type: ignore[arg-type]


@asynccontextmanager
async def office(agents: int, *, record: bool = True, **environment: str) -> AsyncIterator[Office]:
    """Start it, and let `agents` of them come to work."""
    environment = {
        "CALLROOM_ASTERISK_EXTENSION_COUNT": str(agents + 10),
        "CALLROOM_ASTERISK_RTP_START": str(RTP_FIRST),
        # The upper half is the simulated carrier's, which stays silent here.
        "CALLROOM_ASTERISK_RTP_END": str(RTP_FIRST + RTP_COUNT - 1),
        **environment,
    }
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(place(**environment))
        ports = 2 * agents + 64
        callers = await stack.enter_async_context(pump(CARRIER, MEDIA_FIRST, ports))
        phones = await stack.enter_async_context(pump(LOOPBACK, MEDIA_FIRST, ports))
        admin = await stack.enter_async_context(seat(here.installation, "admin"))
        queue_id = await line(admin, record=record)
        passwords = await hire(here.installation, admin, agents, queue_id)
        users = (await admin.ask("GET", "/users"))["items"]
        extensions = [str(user["extension"]) for user in users if user["login"].startswith("bench")]
        await plain_phones(here, extensions)
        working = await stack.enter_async_context(AsyncExitStack())
        team = await working.enter_async_context(
            crew(here.installation, passwords, here.switch.secrets.sip_key, phones)
        )
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        stack.callback(carrier.close)
        yield Office(here, admin, carrier, team, callers, phones, queue_id, extensions, working.aclose)


async def line(admin: Seat, *, record: bool) -> int:
    """Set up the entry number; return its queue's id."""
    body = {"name": "Bench", "record": record, "wrap_up_s": 0}
    queue_id = int((await admin.ask("POST", "/queues", body))["id"])
    flow = {"start": "line", "nodes": {"line": {"type": "queue", "queue": queue_id}}}
    made = await admin.ask("POST", "/flows", {"name": "Bench", "body": flow})
    await admin.ask("POST", "/entry-numbers", {"number": ENTRY, "label": "Bench", "flow_id": made["id"]})
    return queue_id


async def plain_phones(here: Place, extensions: list[str]) -> None:
    """Let these phones send plain RTP: their signalling stays as it is, WebSocket and all."""
    path = here.switch.layout.etc / "pjsip.conf"
    text = path.read_text(encoding="utf-8")
    webrtc = here.section("pjsip.conf", "webrtc](!")
    plain = webrtc.replace("\nwebrtc = yes\n", "\nwebrtc = no\n").replace("\ndtls_auto_generate_cert = yes\n", "\n")
    assert plain != webrtc
    text = text.replace("\n[webrtc-aor](!)\n", f"\n[plain](!)\n{plain}\n[webrtc-aor](!)\n", 1)
    for extension in extensions:
        assert f"[{extension}](webrtc)\n" in text
        text = text.replace(f"[{extension}](webrtc)\n", f"[{extension}](plain)\n", 1)
    path.write_text(text, encoding="utf-8")
    await here.instance.command("module reload res_pjsip.so")
