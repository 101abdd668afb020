"""What goes wrong while a campaign of eight agents dials ahead: it slows down at once, and its page can say why."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.storage.database import Database
from cti.clock import SystemClock
from cti.domain.commands import DialCustomer, StopWaiting
from cti.domain.events import (
    AgentSignedIn,
    AgentSignedOut,
    AgentWentReady,
    LegRang,
    PhoneChanged,
    ScreenBack,
    SwitchLost,
)
from cti.domain.values import Roster
from dialer.domain.pace_words import PaceReason
from dialer.run import CampaignRun
from tests.cti.domain.stage import BOB, CARE, SALES
from tests.cti.test_clock import Machine
from tests.dialer.house import House

AGENTS = {100 + number: f"11{number:02}" for number in range(8)}
NO_ANSWER_S = 25.0


class Campaign(House):
    """Predictive, with more people than it will call, of whom nobody has answered yet."""

    def __init__(self, database: Database, folder: Path) -> None:
        agents = tuple(replace(BOB, agent_id=one, extension=extension) for one, extension in AGENTS.items())
        super().__init__(database, folder, Roster(agents, (SALES, CARE)))

    @property
    def run(self) -> CampaignRun:
        return self.dialer.runs[self.campaign_id]

    def orders(self) -> list[DialCustomer]:
        return self.stage.all(DialCustomer)

    def tell_all(self, *kinds: type) -> None:
        for agent_id in AGENTS:
            self.stage.tell(*(kind(agent_id) for kind in kinds))

    async def turns(self, seconds: float) -> None:
        """As its loop does: each quarter of a second until nobody more is dialed."""
        for _ in range(int(seconds * 4)):
            before = -1
            await self.step(0.25)
            while before != len(self.orders()):
                before = len(self.orders())
                await self.dialer.dial()
                await self.settle()

    async def warm_up(self) -> None:
        """Everybody rings out: it learns that few answer, and dials far ahead."""
        await self.add_many(500)
        await self.change(lines_max=500)
        for agent_id, extension in AGENTS.items():
            self.stage.tell(PhoneChanged(extension, reachable=True), ScreenBack(agent_id))
        self.tell_all(AgentSignedIn, AgentWentReady)
        await self.start()
        await self.turns(1)
        for _ in range(2):
            rung = [order for order in self.orders() if order.leg_id in self.ringing()]
            await self.step(NO_ANSWER_S)
            for order in rung:
                self.ends(19, 480, order)
            await self.turns(1)

    def orders_that_ring(self) -> list[DialCustomer]:
        ringing = self.ringing()
        return [order for order in self.orders() if order.leg_id in ringing]

    def ringing(self) -> set[str]:
        board = self.stage.floor._board
        return {call.leg_id for call in board.calls.values() if call.dial is not None}


@pytest.fixture
async def busy(database: Database, tmp_path: Path) -> Campaign:
    made = Campaign(database, tmp_path)
    await made.open("predictive")
    await made.warm_up()
    assert made.run.pacing.lines.ringing > 2 * len(AGENTS), "it dials ahead"
    return made


async def test_a_trunk_that_goes_down_is_tried_by_single_calls(busy: Campaign) -> None:
    for order in [one for one in busy.orders() if one.leg_id in busy.ringing()]:
        busy.ends(34, 503, order)
    await busy.settle()
    before = len(busy.orders())
    for _ in range(120):
        await busy.step(0.5)
        for order in [one for one in busy.orders() if one.leg_id in busy.ringing()]:
            busy.ends(34, 503, order)
        await busy.settle()
    assert busy.run.progress.pace.reason is PaceReason.ROUTE_FAILS
    assert len(busy.orders()) - before < 15, "a minute"


async def test_without_a_switch_nobody_is_dialed_and_that_is_the_reason(busy: Campaign) -> None:
    busy.stage.tell(SwitchLost("n1"))
    before = len(busy.orders())
    await busy.turns(1)
    assert (len(busy.orders()), busy.run.progress.pace.reason) == (before, PaceReason.SWITCH_AWAY)


async def test_when_all_agents_leave_nobody_more_is_dialed(busy: Campaign) -> None:
    busy.tell_all(AgentSignedOut)
    before, ringing = len(busy.orders()), busy.run.pacing.lines.ringing
    await busy.turns(1)
    assert (len(busy.orders()), busy.run.progress.pace.reason) == (before, PaceReason.NO_AGENTS)
    assert ringing <= 10 * len(AGENTS)


async def test_when_all_agents_leave_nobody_is_rung_for_nothing(busy: Campaign) -> None:
    """What does not ring yet is hung up within a second, what does as soon as the law lets it; none of it counts."""
    rung, silent = busy.orders_that_ring()[:5], busy.orders_that_ring()[5:]
    assert silent
    busy.stage.tell(*(LegRang(order.leg_id) for order in rung))
    await busy.settle()
    busy.tell_all(AgentSignedOut)
    await busy.turns(1)
    assert busy.ringing() == {order.leg_id for order in rung}, "four rings are the least that the law asks for"
    await busy.step(13.5)
    assert len(busy.ringing()) == 5
    await busy.turns(1)
    assert (busy.ringing(), busy.run.progress.withdrawn) == (set(), len(rung) + len(silent))
    rows = {row.attempt_id: row for row in await busy.attempt_rows()}
    assert {(rows[one.call_id].state, rows[one.call_id].verdict) for one in rung} == {("failed", "withdrawn")}
    assert {rows[one.call_id].state for one in silent} == {"cancelled"}
    now_or_later = {True: set[object](), False: set[object]()}
    for order in (*rung, *silent):
        lead = await busy.lead_row(rows[order.call_id].lead_id)
        assert (lead.state, lead.why, lead.attempts) == ("waiting", "withdrawn", 0)
        now_or_later[lead.due_at > busy.now].add(order.call_id)
    assert now_or_later[True] == {order.call_id for order in rung}, "who heard it ring is left alone for a while"


async def test_while_somebody_wraps_up_lines_ring_on(busy: Campaign) -> None:
    """Nor is a phone that is away for a moment a floor that nobody is left on."""
    ringing = busy.ringing()
    for extension in AGENTS.values():
        busy.stage.tell(PhoneChanged(extension, reachable=False))
    await busy.turns(1)
    assert busy.run.pacing.agents.present == 0
    assert busy.ringing() == ringing


async def test_when_the_list_is_empty_it_says_so_and_ends_when_the_last_has_rung(busy: Campaign) -> None:
    await busy.database.write(
        lambda connection: connection.exec_driver_sql("update leads set state='done' where state='waiting'")
    )
    before = len(busy.orders())
    await busy.turns(6)
    assert len(busy.orders()) - before <= 40, "those who were in memory"
    assert busy.run.hopper.nobody_due
    for order in [one for one in busy.orders() if one.leg_id in busy.ringing()]:
        busy.ends(19, 480, order)
    await busy.settle()
    await busy.database.write(lambda connection: connection.exec_driver_sql("update leads set state='done'"))
    await busy.turns(2)
    assert (await busy.row()).state == "exhausted"


async def test_a_carrier_that_answers_everything_at_once_costs_those_who_ring_and_nobody_more(busy: Campaign) -> None:
    """An answering proxy in front of a dead network, or a list of machines."""
    rang = [one for one in busy.orders() if one.leg_id in busy.ringing()]
    for order in rang:
        busy.answers(order)
    await busy.settle()
    before = len(busy.orders())
    await busy.turns(3)
    late = len(busy.stage.all(StopWaiting))
    assert late == len(rang), "nobody picked up"
    window, lines = busy.run.pacing.allowance.window, busy.run.pacing.lines
    assert (window.abandoned, lines.waiting) == (late, 0), "counted while they hear the message"
    for order in rang:
        busy.stage.leave(order.call_id)
    await busy.turns(1)
    assert busy.run.progress.pace.reason is PaceReason.NO_AGENTS, "whose phones took nobody"
    busy.tell_all(AgentWentReady)
    await busy.turns(1)
    assert window.abandoned == late <= 10 * len(AGENTS)
    assert busy.run.progress.pace.reason is PaceReason.LIMIT_SPENT
    assert len(busy.orders()) - before <= busy.run.pacing.agents.idle, "a line for each who waits"


@pytest.mark.parametrize("jump", [timedelta(hours=5), timedelta(hours=-5)])
async def test_a_clock_that_is_set_moves_neither_pace_nor_lines(house: House, jump: timedelta) -> None:
    """The house's time goes on as it did, and nobody is called outside the hours by either clock."""
    await house.add("+447911123456")
    machine = Machine()
    machine.wall = house.now
    clock = machine.clock()
    assert isinstance(clock, SystemClock)
    machine.wall += jump
    machine.passes(1)
    assert abs((clock.now() - house.now).total_seconds() - 1) < 0.2
    # it is nine in the morning: by the other clock fourteen, or four in the night
    house.policy.wall_off = jump
    await house.start()
    house.stage.ready(11)
    await house.step()
    assert house.dialer.clock_off_s == jump.total_seconds()
    assert len(house.dialed()) == (1 if jump > timedelta() else 0)
    lead = await house.lead_row(1)
    assert lead.why == ("" if jump > timedelta() else "closed")
