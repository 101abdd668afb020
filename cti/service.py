"""Runs the floor: switch events, people's wishes and customers' coroutines go in; commands and changes come out.

`Floor.handle` is synchronous and everything here runs in one event loop, so each step (decide, hand the commands over,
publish the change) is taken whole: no lock, and the order on the bus is the order of the decisions.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Protocol

from cti.about import about_call
from cti.bus import Bus
from cti.clock import Clock
from cti.domain.commands import (
    Command,
    DialCustomer,
    DialOutside,
    HangUpLeg,
    LineCommand,
    ListenToLine,
    MuteLeg,
    MuteRecording,
    OfferToFallback,
    PressKey,
    RingAgent,
    SendLeg,
    StopRecording,
    SwitchCommand,
    TakeBack,
)
from cti.domain.events import (
    AgentEvent,
    CallArrived,
    CallLeft,
    DialFailed,
    Event,
    LegEnded,
    RecordingNotMuted,
    RosterChanged,
    SwitchBack,
    SwitchEvent,
    SwitchLost,
)
from cti.domain.facts import CallEnded, Change
from cti.domain.floor import Floor, Outcome
from cti.domain.mute_words import LegNotMuted
from cti.domain.oversight import SupervisorEvent
from cti.domain.take_words import RecordingCut
from cti.domain.values import EndReason
from cti.errors import CtiError, UnexpectedEvent
from cti.line import Line
from cti.tasks import TaskSet

__all__ = ["Line", "Telephony"]

_log = logging.getLogger(__name__)
_OF_A_NODE = (
    RingAgent,
    HangUpLeg,
    SendLeg,
    DialOutside,
    DialCustomer,
    ListenToLine,
    TakeBack,
    MuteRecording,
    StopRecording,
    MuteLeg,
    PressKey,
)
OUTBOX_LENGTH = 10_000
COMMAND_TIMEOUT_S = 10.0
READER_PAUSE_S = 1.0
BEAT_S = 1.0
# We stood still (SIGSTOP, a machine without breath) for so long: the dialplan may have taken callers back.
STILL_S = 5.0
# What was waiting in the sockets is taken first: it tells why legs ended, a list only that they are gone.
LOOK_AGAIN_AFTER_S = 0.3
NETWORK_OUT_OF_ORDER = 38  # Q.850: what the floor is told of a ring that never reached the switch


class Switch(Protocol):
    """What the telephony needs of a switch; `cti.switch` has the real one."""

    @property
    def node(self) -> str:
        """The node's name, as in leg ids and commands."""

    def look_again(self) -> None:
        """List everything once more, as after a lost link."""

    def events(self) -> AsyncIterator[SwitchEvent]:
        """Connect and yield what happens until the iterator is closed; reconnects by itself.

        The first event is `SwitchBack` (everything that the node has), after a lost link `SwitchLost` and then
        `SwitchBack` again.
        """

    async def carry_out(self, command: SwitchCommand) -> None:
        """Do it, without waiting for its effect; never raises for a switch that is away.

        An agent's leg that cannot be made comes back as `LegEnded` with its cause.
        """


class Telephony:
    """The one door to the floor."""

    def __init__(
        self,
        switches: Iterable[Switch],
        floor: Floor,
        bus: Bus,
        clock: Clock,
        recording_allowed: Callable[[int], bool] | None = None,
    ) -> None:
        """`recording_allowed(queue_id)` is asked, and must answer at once, when a talk begins."""
        self.floor = floor
        self.bus = bus
        self._clock = clock
        self._switches = {switch.node: switch for switch in switches}
        self._outboxes: dict[str, asyncio.Queue[SwitchCommand]] = {
            node: asyncio.Queue(OUTBOX_LENGTH) for node in self._switches
        }
        self._lines: dict[str, Line] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: datetime | None = None
        self._leaving = False
        self._beat_at_s: float | None = None
        self._adrift: set[Line] = set()
        if recording_allowed is not None:
            floor.set_recording_gate(recording_allowed)

    async def run(self) -> None:
        """Serve until cancelled; calls on the switch go on without us."""
        tasks = TaskSet()
        try:
            for node in self._switches:
                self._step_quietly(SwitchLost(node))  # until its first SwitchBack
            for switch in self._switches.values():
                tasks.start(self._read(switch), name=f"switch-events-{switch.node}")
                tasks.start(self._write(switch), name=f"switch-commands-{switch.node}")
            self._arm()
            self._beat_at_s = asyncio.get_running_loop().time()
            while True:
                await asyncio.sleep(BEAT_S)
                self._feel_pulse()
        finally:
            self._leaving, self._beat_at_s = True, None
            if self._timer is not None:
                self._timer.cancel()
            await tasks.aclose()

    def leave_calls(self) -> None:
        """Callroom is about to stop: coroutines that end from now on do not end their calls, the dialplan has them."""
        self._leaving = True

    async def request(self, event: AgentEvent | SupervisorEvent | RosterChanged) -> None:
        """Do what a person asks; raises `Refused`. The new state comes through the bus like everyone's."""
        self.step(event)

    def open_line(self, event: CallArrived) -> Line:
        """Register the running coroutine as the customer's; an older line of the same call is cut."""
        older = self._lines.get(event.call_id)
        if older is not None:
            older.cut()
        line = Line(event.call_id, self)
        self._lines[event.call_id] = line
        self.step(event)
        return line

    def position(self, call_id: str) -> tuple[int, float | None] | None:
        """Place in line (1 is next) and expected wait in seconds; None when the call does not wait."""
        return self.floor.position(call_id)

    def step(self, event: Event) -> None:
        """One decision, whole: what it orders is handed over and what it changed is published on return."""
        with about_call(self.floor.call_of(event)):
            self._decide(event)

    def _decide(self, event: Event) -> None:
        self._feel_pulse()
        try:
            outcome = self.floor.handle(event, self._clock.now())
        finally:
            self._arm()
        self._follow(outcome)

    def line_ended(self, line: Line, event: Event) -> None:
        """A line says that its coroutine is over (only `Line` calls this)."""
        self._feel_pulse()
        if self._lines.get(line.call_id) is not line:
            return
        del self._lines[line.call_id]
        is_broken_off = isinstance(event, CallLeft) and event.reason in (None, EndReason.FAILED)
        if line in self._adrift and is_broken_off:
            return  # gone, or with the dialplan's fallback: the next list of the switch tells
        if not self._leaving:
            self._step_quietly(event)

    def _feel_pulse(self) -> None:
        """After a standstill nothing of before counts until the switch was looked at again."""
        if self._beat_at_s is None:
            return
        now_s = asyncio.get_running_loop().time()
        still_s, self._beat_at_s = now_s - self._beat_at_s, now_s
        if still_s < STILL_S:
            return
        _log.warning("Callroom stood still", extra={"still_s": round(still_s, 1)})
        self._adrift.update(self._lines.values())
        for switch in self._switches.values():
            self._step_quietly(SwitchLost(switch.node))
            asyncio.get_running_loop().call_later(LOOK_AGAIN_AFTER_S, switch.look_again)

    def _follow(self, outcome: Outcome) -> None:
        for change in outcome.changes:
            self.bus.publish(change)
        for command in outcome.commands:
            self._hand_over(command)
        for change in outcome.changes:
            self._cut_ended_lines(change)

    def _cut_ended_lines(self, change: Change) -> None:
        for fact in change.facts:
            if isinstance(fact, CallEnded):
                line = self._lines.pop(fact.call_id, None)
                if line is not None:
                    line.cut(fact.cause)

    def _hand_over(self, command: Command) -> None:
        if isinstance(command, OfferToFallback):
            for node in self._outboxes:
                self._post(node, command)
        elif isinstance(command, _OF_A_NODE):
            self._post(command.node, command)
        else:
            self._give_order(command)

    def _give_order(self, command: LineCommand) -> None:
        line = self._lines.get(command.call_id)
        if line is not None:
            line.give(command)

    def _post(self, node: str, command: SwitchCommand) -> None:
        outbox = self._outboxes.get(node)
        if outbox is None or outbox.full():
            _log.error("Command lost", extra={"node": node, "command": type(command).__name__})
            # Told in the next turn of the loop: a step is never taken inside another.
            asyncio.get_running_loop().call_soon(self._undone, command)
            return
        outbox.put_nowait(command)

    def _undone(self, command: SwitchCommand) -> None:
        if isinstance(command, RingAgent | DialCustomer):
            self._step_quietly(LegEnded(command.leg_id, NETWORK_OUT_OF_ORDER))
        elif isinstance(command, DialOutside):
            self._step_quietly(DialFailed(command.leg_id, NETWORK_OUT_OF_ORDER))
        elif isinstance(command, MuteRecording):
            self._step_quietly(RecordingNotMuted(command.leg_id, command.muted))
        elif isinstance(command, StopRecording):
            self._step_quietly(RecordingCut(command.leg_id, done=False))
        elif isinstance(command, MuteLeg):
            self._step_quietly(LegNotMuted(command.leg_id, command.muted))

    async def _write(self, switch: Switch) -> None:
        outbox = self._outboxes[switch.node]
        while True:
            command = await outbox.get()
            with about_call(self.floor.call_of(command)):
                await self._carry_out(switch, command)

    async def _carry_out(self, switch: Switch, command: SwitchCommand) -> None:
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT_S):
                await switch.carry_out(command)
        except (CtiError, OSError, TimeoutError) as error:
            _log.warning(
                "Switch did not carry out a command",
                extra={"node": switch.node, "command": type(command).__name__, "error": type(error).__name__},
            )
            self._undone(command)
        except Exception:
            _log.exception("Command failed", extra={"node": switch.node, "command": type(command).__name__})
            self._undone(command)

    async def _read(self, switch: Switch) -> None:
        while True:
            try:
                async for event in switch.events():
                    self._step_quietly(event)
                    if isinstance(event, SwitchBack):
                        self._adrift.clear()
            except Exception:
                _log.exception("Switch events failed", extra={"node": switch.node})
            self._step_quietly(SwitchLost(switch.node))
            await asyncio.sleep(READER_PAUSE_S)

    def _step_quietly(self, event: Event) -> None:
        # Nobody waits for an answer here: what goes wrong with one event must not stop the others.
        with about_call(self.floor.call_of(event)):
            try:
                self._decide(event)
            except UnexpectedEvent as error:
                _log.warning("Unexpected event", extra={"event": type(event).__name__, "state": str(error.state)})
            except Exception:
                _log.exception("Event failed", extra={"event": type(event).__name__})

    def _arm(self) -> None:
        deadline = None if self._leaving else self.floor.next_deadline()
        if deadline == self._timer_at and self._timer is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_at = deadline
        if deadline is not None:
            delay_s = max(0.0, (deadline - self._clock.now()).total_seconds())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._feel_pulse()
        try:
            self._follow(self.floor.tick(self._clock.now()))
        except Exception:
            _log.exception("Tick failed")
        finally:
            self._arm()
