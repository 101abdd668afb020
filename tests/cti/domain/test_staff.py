from dataclasses import replace
from datetime import timedelta

from cti.domain.commands import OfferToFallback, RingAgent, StopWaiting
from cti.domain.events import (
    AgentDisposed,
    AgentWentNotReady,
    AgentWentReady,
    PhoneChanged,
    RosterChanged,
    ScreenBack,
)
from cti.domain.facts import OfferEnded
from cti.domain.memories import AgentMemory, CallMemory, QueueMemory
from cti.domain.phones import PHONE_GRACE_S
from cti.domain.values import (
    AgentSettings,
    AgentState,
    Caller,
    OfferResult,
    Overflow,
    OverflowAction,
    QueueSettings,
    Roster,
)
from tests.cti.domain.stage import ANN, BOB, CARE, ROSTER, SALES, Stage


def change(stage: Stage, agents: tuple[AgentSettings, ...], queues: tuple[QueueSettings, ...] = (SALES, CARE)) -> None:
    stage.tell(RosterChanged(Roster(agents, queues)))


def test_nothing_new_changes_nothing() -> None:
    stage = Stage()
    stage.ready(11)
    stage.clear()
    stage.tell(RosterChanged(ROSTER))
    assert (stage.touched, stage.commands) == (set(), [])


def test_a_new_agent_and_a_new_queue() -> None:
    stage = Stage()
    stage.tell(PhoneChanged("1003", reachable=True))
    change(stage, (ANN, BOB, AgentSettings(13, "Cleo", "1003", frozenset({3}))), (SALES, CARE, QueueSettings(3, "New")))
    assert stage.agent(13)["phone_reachable"] is True
    assert stage.state(13) == ("signed_out", "")
    assert stage.queue(3)["name"] == "New"
    assert {"agent:13", "queue:3"} <= stage.touched


def test_a_queue_is_removed_while_people_wait_in_it() -> None:
    stage = Stage()
    stage.arrive("c1", 1)
    stage.arrive("c2", 1)
    stage.arrive("c3", 2)
    change(stage, (ANN, BOB), (CARE,))
    overflow = Overflow(OverflowAction.VOICEMAIL)
    assert stage.all(StopWaiting) == [StopWaiting("c1", overflow), StopWaiting("c2", overflow)]
    assert stage.floor.view("queue:1") is None
    assert stage.call("c1")["state"] == "in_menu"
    assert stage.queue(2)["waiting"] == ["c3"]
    assert "queue:1" in stage.touched


def test_a_queue_is_renamed_while_people_wait_in_it() -> None:
    stage = Stage()
    stage.arrive("c1", 1)
    stage.leave("c1")
    stage.arrive("c2", 1)
    stage.arrive("c3", 2)
    stage.ready(12)
    change(stage, (ANN, BOB), (replace(SALES, name="Orders"), CARE))
    assert stage.call("c2")["queue_name"] == "Orders"
    assert stage.call("c1")["queue_name"] == "Sales"
    assert stage.queue(1)["name"] == "Orders"


def test_an_agent_gets_another_queue_and_its_waiting_call() -> None:
    stage = Stage()
    stage.ready(12)
    stage.arrive("c1", 2)
    assert stage.all(RingAgent) == []
    change(stage, (ANN, replace(BOB, queue_ids=frozenset({2}))))
    assert stage.ring().call_id == "c1"
    assert {"queue:1", "queue:2"} <= stage.touched


def test_an_agents_extension_changes() -> None:
    stage = Stage()
    stage.ready(11)
    stage.clear()
    change(stage, (replace(ANN, extension="1009"), BOB))
    assert stage.commands == [OfferToFallback("1001", available=False), OfferToFallback("1009", available=True)]
    stage.wait(PHONE_GRACE_S)
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_an_idle_agent_is_removed() -> None:
    stage = Stage()
    stage.ready(11)
    change(stage, (BOB,))
    assert stage.floor.view("agent:11") is None
    assert stage.commands[-1] == OfferToFallback("1001", available=False)
    stage.tell(PhoneChanged("1001", reachable=False))
    stage.wait(100)


def test_an_agent_is_removed_while_it_rings() -> None:
    stage = Stage()
    stage.ready(11, 12)
    stage.arrive("c1", 2)
    change(stage, (BOB,))
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    assert stage.floor.view("agent:11") is None
    assert stage.call("c1")["state"] == "waiting"


def test_an_agent_who_was_removed_and_put_back_in_the_talk_stays() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    change(stage, (BOB,))
    change(stage, (BOB,))
    assert stage.state(11) == ("talking", "")
    change(stage, (ANN, BOB))
    stage.leave("c1")
    assert stage.state(11) == ("wrap_up", "")


def test_the_fallback_knows_who_works() -> None:
    stage = Stage()
    stage.ready(11)
    assert stage.all(OfferToFallback) == [OfferToFallback("1001", available=True)]
    stage.talk("c1")
    stage.leave("c1")
    assert len(stage.all(OfferToFallback)) == 1, "who talks will be free soon"
    stage.tell(PhoneChanged("1001", reachable=False), AgentDisposed(11, "c1"))
    assert len(stage.all(OfferToFallback)) == 1, "a phone that reloads is back in a moment; app_queue sees itself"
    stage.wait(30)
    assert stage.state(11) == ("not_ready", "phone_lost")
    assert stage.last(OfferToFallback) == OfferToFallback("1001", available=False)


def test_the_fallback_rings_nobody_who_asked_for_a_pause() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.tell(AgentWentNotReady(11, "lunch"))
    assert stage.last(OfferToFallback) == OfferToFallback("1001", available=False)
    stage.tell(AgentWentReady(11))
    assert stage.last(OfferToFallback) == OfferToFallback("1001", available=True)


def test_a_restart_signs_nobody_out() -> None:
    stage = Stage()
    since = stage.now - timedelta(seconds=40)
    stage.floor.restore(
        stage.now,
        agents=[
            AgentMemory(11, AgentState.READY, "", since),
            AgentMemory(12, AgentState.NOT_READY, "meal", since),
            AgentMemory(99, AgentState.READY, "", since),
        ],
    )
    assert stage.state(11) == ("ready", "")
    assert stage.state(12) == ("not_ready", "meal")
    stage.arrive("c1")
    assert stage.all(RingAgent) == [], "not before the phone is there again"
    stage.tell(ScreenBack(11), PhoneChanged("1001", reachable=True))
    assert stage.ring().extension == "1001"


def test_after_a_restart_phone_and_screen_have_to_come_back() -> None:
    stage = Stage()
    since = stage.now - timedelta(seconds=40)
    stage.floor.restore(
        stage.now,
        agents=[AgentMemory(11, AgentState.RINGING, "", since, "c1"), AgentMemory(12, AgentState.READY, "", since)],
    )
    stage.tell(ScreenBack(11))
    stage.wait(15)
    assert stage.state(11) == ("ready", "")
    assert stage.state(12) == ("not_ready", "screen_lost")
    stage.wait(5)
    assert stage.state(11) == ("not_ready", "phone_lost")
    stage.wait(40)
    assert stage.state(12) == ("signed_out", "")


def test_wrap_up_is_remembered() -> None:
    stage = Stage()
    since = stage.now - timedelta(seconds=40)
    stage.floor.restore(
        stage.now,
        agents=[
            AgentMemory(11, AgentState.WRAP_UP, "", since, "c1", needs_disposition=True),
            AgentMemory(12, AgentState.WRAP_UP, "", since, "c2"),
        ],
    )
    stage.tell(ScreenBack(11), PhoneChanged("1001", reachable=True))
    stage.tell(ScreenBack(12), PhoneChanged("1002", reachable=True))
    stage.wait(0)
    assert stage.state(11) == ("wrap_up", "")
    assert stage.agent(11)["call_id"] == "c1"
    assert stage.state(12) == ("ready", "")
    stage.done(11, "c1")
    assert stage.state(11) == ("ready", "")


def test_who_was_signed_out_stays_out_and_counters_go_on() -> None:
    stage = Stage()
    stage.floor.restore(
        stage.now,
        agents=[AgentMemory(11, AgentState.SIGNED_OUT, "", stage.now)],
        queues=[QueueMemory(1, 9, 7, 2), QueueMemory(99, 1, 1, 0)],
    )
    assert stage.state(11) == ("signed_out", "")
    stage.arrive("c1", 1)
    assert stage.queue(1)["today"] == {"offered": 10, "answered": 7, "abandoned": 2}


def test_ready_without_a_screen_is_watched() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, agents=[AgentMemory(11, AgentState.NOT_READY, "meal", stage.now)])
    stage.tell(PhoneChanged("1001", reachable=True))
    stage.wait(20)
    stage.tell(AgentWentReady(11))
    stage.wait(15)
    assert stage.state(11) == ("not_ready", "screen_lost")


def test_a_shorter_maximum_wait_counts_from_the_start_of_the_wait() -> None:
    stage = Stage()
    stage.arrive("c1", 1)
    stage.wait(30)
    change(stage, (ANN, BOB), (replace(SALES, max_wait_s=40), CARE))
    stage.wait(10)
    assert [command.call_id for command in stage.all(StopWaiting)] == ["c1"]


def test_calls_and_talks_are_remembered() -> None:
    stage = Stage()
    memory = CallMemory("old", "leg-old", "n1", Caller(None), "4001", stage.now, 1)
    stage.floor.restore(stage.now, agents=[AgentMemory(11, AgentState.TALKING, "", stage.now, "old")], calls=[memory])
    assert (stage.state(11), stage.agent(11)["call_id"]) == (("talking", ""), "old")
    assert stage.floor.view("call:old") is None, "not before the switch has confirmed it"


def test_who_dialed_before_a_restart_is_at_it_until_the_switch_tells() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, [AgentMemory(11, AgentState.DIALING, "meal", stage.now, "o1")])
    assert stage.state(11)[0] == "dialing"
    assert (stage.agent(11)["call_id"], stage.agent(11)["next_state"]) == ("o1", "meal")
