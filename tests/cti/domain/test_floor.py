from datetime import datetime, timedelta, timezone

import pytest

from cti.domain.attempt_words import AttemptPhase
from cti.domain.callback_values import CallbackOrder
from cti.domain.callback_words import CallbackOrdered
from cti.domain.commands import Place, SendLeg
from cti.domain.events import (
    AgentWentReady,
    CallLeft,
    LegEnded,
    RecordingMuted,
    RoomJoined,
    RosterChanged,
    ScreenLost,
)
from cti.domain.floor import Floor, Outcome
from cti.domain.values import Roster
from cti.domain.wishes import AgentPausedRecording
from cti.errors import Refused
from tests.cti.domain import callings
from tests.cti.domain.persistent import kept_stage, kept_up
from tests.cti.domain.stage import ANN, CARE, ROSTER, SALES, Stage
from tests.fakes import START


def test_each_step_is_one_numbered_change() -> None:
    stage = Stage()
    stage.ready(11)
    before = stage.floor.seq
    stage.arrive("c1")
    assert stage.floor.seq == before + 2


def test_what_changes_nothing_has_no_number() -> None:
    stage = Stage()
    assert stage.floor.handle(LegEnded("foreign"), stage.now) == Outcome()
    assert stage.floor.tick(stage.now) == Outcome()
    assert stage.floor.seq == 0


def test_a_refusal_changes_nothing() -> None:
    stage = Stage()
    with pytest.raises(Refused):
        stage.tell(AgentWentReady(11))
    assert stage.floor.seq == 0


def test_the_next_deadline_is_known() -> None:
    stage = Stage()
    assert stage.floor.next_deadline() is None
    stage.arrive("c1")
    assert stage.floor.next_deadline() == START + timedelta(seconds=30), "the reserve is asked"
    stage.wait(31)
    assert stage.floor.next_deadline() == START + timedelta(seconds=300)


def test_a_tick_does_all_that_is_due() -> None:
    stage = Stage()
    stage.arrive("c1", 1)
    stage.arrive("c2", 2)
    stage.ready(11)
    stage.tell(ScreenLost(11))
    stage.clock.advance(1000)
    outcome = stage.floor.tick(stage.now)
    assert len(outcome.changes) == 1
    assert stage.state(11) == ("signed_out", "")


def test_deadlines_of_those_who_are_gone_are_harmless() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.leave("c1")
    stage.wait(20)
    stage.tell(CallLeft("c1"))
    assert stage.floor.view("call:c1") is None


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    floor = Floor(Roster((ANN,), (SALES, CARE)), lambda: "id", START, zone=timezone(timedelta(hours=8)))
    floor.set_recording_gate(lambda _: False)
    assert floor.view("queue:1") is not None
    assert len(floor.snapshot()) == 4
    assert ROSTER.agents[0] is ANN


def test_a_join_that_never_happens_is_given_up() -> None:
    stage = Stage()
    stage.floor.restore(stage.now)
    stage.ready(11)
    stage.arrive("c1")
    assert stage.floor.position("c1") is None
    stage.answer()
    stage.wait(10)
    assert stage.call("c1")["state"] == "waiting"


def test_the_roster_may_change() -> None:
    stage = Stage()
    stage.tell(RosterChanged(Roster()))
    assert set(stage.floor.snapshot()) == {"system"}


def test_it_knows_the_call_of_what_is_about_a_leg() -> None:
    stage = Stage()
    stage.floor.restore(stage.now)
    stage.arrive("c1")
    assert stage.floor.call_of(CallLeft("c7")) == "c7"
    assert stage.floor.call_of(LegEnded("leg-c1", 16)) == "c1"
    assert stage.floor.call_of(LegEnded("nobody's", 16)) == ""
    assert stage.floor.call_of(RosterChanged(Roster())) == ""


def test_how_long_a_recording_may_be_paused_is_told_to_the_floor() -> None:
    stage = Stage()
    stage.floor.set_longest_pause(5)
    stage.floor.set_park_time(5)
    stage.ready(11)
    stage.talk("c1")
    stage.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", True))
    stage.wait(5)
    assert stage.call("c1")["recording_state"] == "resuming"


def test_which_lines_are_open_is_asked_of_whom_it_is_told() -> None:
    stage, asked = Stage(), list[tuple[int, datetime]]()
    stage.floor.set_hours(lambda queue_id, at: bool(asked.append((queue_id, at))))
    stage.arrive("c1", 2)
    stage.wait(100)
    assert asked == [(1, START + timedelta(seconds=100))], "whoever waits too long in Care goes on to Sales"


def test_whether_a_line_is_open_is_asked_there_as_well() -> None:
    stage = Stage()
    assert stage.floor.line_is_open(1, START), "until somebody planned hours"
    stage.floor.set_hours(lambda queue_id, at: (queue_id, at) == (2, START))
    assert [stage.floor.line_is_open(queue_id, START) for queue_id in (1, 2)] == [False, True]


def test_what_the_switch_tells_of_a_leg_at_rest_is_no_step() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    seq = stage.floor.seq
    assert stage.floor.handle(RoomJoined(own, "r"), stage.now) == Outcome()
    assert stage.floor.seq == seq


def test_orders_about_a_leg_that_is_kept_up_name_its_channel() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.arrive("c1")
    stage.leave("c1")
    assert stage.last(SendLeg) == SendLeg("n1", own, Place.STAY)


def test_a_callback_has_a_place_and_deadlines_of_its_own() -> None:
    stage = callings.callback_stage()
    callings.come(stage, "c1")
    memory = stage.floor.callback_place("c1", "b1", callings.MOBILE, stage.now)
    assert memory is not None
    callings.want(stage)
    stage.wait(3599)
    assert callings.state(stage) == "waiting"
    stage.wait(1)
    assert callings.state(stage) == "gone"


def test_a_callback_that_no_call_asked_for_has_its_place_at_once() -> None:
    stage = callings.callback_stage()
    memory = stage.floor.callback_order(CallbackOrder("b1", 1, callings.DIALED, "zh"), stage.now)
    assert memory is not None
    stage.tell(CallbackOrdered(memory))
    found = stage.floor.callback_of(1, callings.MOBILE)
    assert found is not None
    assert stage.floor.callback_position(found.callback_id) == (1, None)


def test_what_a_dialer_asks_of_it() -> None:
    stage = Stage()
    assert not stage.floor.can_dial
    stage.switch_back()
    assert stage.floor.can_dial
    assert [one.agent_id for one in stage.floor.all_attending()] == [11, 12]
    assert stage.floor.attending(11) == stage.floor.all_attending()[0]
    assert [line.queue_id for line in stage.floor.attended_lines(stage.now)] == [1, 2]
    assert stage.floor.attempt_phase("a1") is AttemptPhase.ENDED
