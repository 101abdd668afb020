"""Callroom's telephone side for agents whose legs wait already: all of it is the product's, but for the ringing.

Telephony, Floor, CallHandler and FastAGI server are real; the switch here answers every order to ring at once, because
the leg of that id stands in `[agent-wait]` already. Every call finds an agent of its own: nobody has to wrap up.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from cti.agi.server import AgiServer
from cti.bus import Bus
from cti.clock import SystemClock
from cti.domain.commands import RingAgent, SwitchCommand
from cti.domain.events import AgentSignedIn, AgentWentReady, LegAnswered, ScreenBack, SwitchBack, SwitchEvent
from cti.domain.floor import Floor
from cti.domain.values import AgentSettings, QueueSettings, Roster
from cti.service import Telephony
from cti.tasks import TaskSet
from ivr.domain.known import Known
from ivr.domain.steps import KnownCaller
from ivr.entries import EntryBook, EntryNumber
from ivr.ports import Prompt, VoicemailTaken
from ivr.service import CallHandler
from ivr.settings import IvrSettings
from ivr.voicemail import VoicemailFolder

NODE = "n1"
QUEUE = QueueSettings(1, "Bench", record=False)
FLOW = {"start": "line", "nodes": {"line": {"type": "queue", "queue": 1}}}


def leg_id(number: int) -> str:
    """Name the agent's leg of the call with this number, from 1 on."""
    return f"{NODE}-bench{number}"


class Waiting:
    """The switch: the leg is there, so it is answered at once."""

    node = NODE

    def __init__(self, extensions: frozenset[str]) -> None:
        self._extensions = extensions
        self._events: asyncio.Queue[SwitchEvent] = asyncio.Queue()

    async def events(self) -> AsyncIterator[SwitchEvent]:
        yield SwitchBack(NODE, (), self._extensions)
        while True:
            yield await self._events.get()

    async def carry_out(self, command: SwitchCommand) -> None:
        if isinstance(command, RingAgent):
            self._events.put_nowait(LegAnswered(command.leg_id))


class Nobody:
    """Neither customers nor prompts."""

    async def find(self, number: str) -> KnownCaller | None:
        return None


class Silence:
    """No prompt is played on this way."""

    def find(self, name: str, language: str) -> Prompt | None:
        return None


async def main() -> None:
    port, number, calls = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    agents = tuple(AgentSettings(i, f"Agent {i}", str(9000 + i), frozenset({1})) for i in range(1, calls + 1))
    clock, numbers = SystemClock(), count(1)
    floor = Floor(Roster(agents, (QUEUE,)), lambda: f"bench{next(numbers)}", clock.now())
    switch = Waiting(frozenset(agent.extension for agent in agents))
    telephony = Telephony([switch], floor, Bus(), clock)
    book = EntryBook()
    book.replace([EntryNumber(number, FLOW, 1)], [QUEUE], Known(numbers=None))

    async def keep(taken: VoicemailTaken) -> None:
        raise AssertionError("nobody leaves a message here")

    box = VoicemailFolder(Path("voicemails"), lambda: "none", clock, keep)
    handler = CallHandler(telephony, book, Nobody(), Silence(), box, clock, IvrSettings(node=NODE))
    tasks = TaskSet()
    tasks.start(telephony.run(), name="telephony")
    await asyncio.sleep(0.1)
    for agent in agents:
        for event in (ScreenBack(agent.agent_id), AgentSignedIn(agent.agent_id), AgentWentReady(agent.agent_id)):
            await telephony.request(event)
    server = AgiServer("127.0.0.1", port, handler)
    await server.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
