from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from cti.domain.events import (
    AgentDeclined,
    CallQueued,
    CallRecognised,
    DialFailed,
    LegRang,
    RosterChanged,
    SwitchLost,
)
from cti.domain.oversight import ForcedNotReady
from cti.domain.take import Take, TakeState
from cti.domain.values import NoRecording, Roster
from cti.domain.views import iso
from cti.domain.wishes import AgentAskedForHelp, AgentParked
from tests.cti.domain import attendance, callings, outgoing
from tests.cti.domain.conference import NUMBER, ann, ask_colleague, ask_outside, parties, party_id, talking
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage

AT = "2026-03-02T09:00:00.000Z"


def test_a_waiting_call() -> None:
    stage = Stage()
    stage.arrive("c1", priority=2)
    stage.tell(CallRecognised("c1", 77, "Zhang"))
    assert stage.floor.view("call:c1") == {
        "call_id": "c1",
        "state": "waiting",
        "caller": {"number": "10086", "name": "X"},
        "dialed": "4001",
        "arrived_at": AT,
        "queue_id": 1,
        "queue_name": "Sales",
        "priority": 2,
        "flow_priority": 2,
        "climbed": [],
        "queued_at": AT,
        "waiting_since": AT,
        "waited_s": 0.0,
        "agent_id": None,
        "agent_name": "",
        "offered_until": None,
        "ring_started_at": None,
        "talk_started_at": None,
        "rejoin_until": None,
        "held_since": None,
        "seat": None,
        "parties": [],
        "passed_on_by": None,
        "parked": None,
        "unreached": None,
        "muted": [],
        "mute_failures": [],
        "supervisions": [],
        "ended_at": None,
        "end_reason": None,
        "end_cause": 0,
        "direction": "inbound",
        "dial": None,
        "task_id": None,
        "callback_id": None,
        "campaign_id": None,
        "machine": None,
        "request": None,
        "customer_id": 77,
        "customer_name": "Zhang",
        "recording": False,
        "recording_state": None,
        "recording_paused_until": None,
        "no_recording": None,
        "recording_pause_failed": False,
        "recording_asked_by": None,
        "recording_notice": False,
        "recording_offered": False,
        "recording_not_begun": False,
        "recording_stop_failed": False,
        "position": 1,
        "expected_wait_s": None,
    }


def test_a_ringing_a_talking_and_an_ended_call() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    assert stage.call("c1")["ring_started_at"] == AT
    stage.wait(2)
    stage.tell(LegRang(stage.ring().leg_id))
    ringing = stage.call("c1")
    assert (ringing["ring_started_at"], ringing["offered_until"]) == (
        "2026-03-02T09:00:02.000Z",
        "2026-03-02T09:00:22.000Z",
    )
    stage.join("c1")
    talking = stage.call("c1")
    assert (talking["talk_started_at"], talking["agent_id"]) == ("2026-03-02T09:00:02.000Z", 11)
    assert (ringing["waiting_since"], talking["waiting_since"], talking["waited_s"]) == (AT, None, 2.0)
    stage.wait(3)
    stage.leave("c1")
    ended = stage.call("c1")
    assert (ended["ended_at"], ended["end_reason"]) == ("2026-03-02T09:00:05.000Z", "caller_hung_up")
    assert (ended["agent_name"], ended["recording"]) == ("Ann", False)


def test_who_waits_longest_need_not_be_first_and_nobody_is_in_an_empty_line() -> None:
    stage = Stage()
    assert stage.queue(1)["longest_wait_since"] is None
    stage.arrive("early")
    stage.wait(5)
    stage.arrive("vip", priority=5)
    assert (stage.queue(1)["waiting"], stage.queue(1)["longest_wait_since"]) == (["vip", "early"], AT)


def test_a_caller_who_refused_to_be_recorded() -> None:
    stage = Stage()
    stage.arrive("c1", None)
    stage.tell(CallQueued("c1", 1, no_recording=NoRecording.REFUSED))
    assert stage.call("c1")["no_recording"] == "refused"


def test_an_agent() -> None:
    stage = Stage()
    stage.ready(11)
    assert stage.floor.view("agent:11") == {
        "agent_id": 11,
        "name": "Ann",
        "extension": "1001",
        "state": "ready",
        "reason": "",
        "since": AT,
        "call_id": None,
        "next_state": None,
        "wrap_up_until": None,
        "needs_disposition": False,
        "phone_reachable": True,
        "screen_connected": True,
        "supervises": None,
        "phone": "browser",
        "persistent": False,
        "own_leg": "down",
        "phone_refusal": "",
        "forced": None,
        "help": None,
        "queue_ids": [1, 2],
    }


def test_a_queue() -> None:
    stage = Stage()
    stage.ready(12)
    stage.arrive("c1", 2)
    assert stage.floor.view("queue:2") == {
        "queue_id": 2,
        "name": "Care",
        "service_level_s": 20.0,
        "waiting": ["c1"],
        "callbacks": 0,
        "longest_wait_since": AT,
        "agents_ready": 0,
        "agents_talking": 0,
        "agents_signed_in": 0,
        "today": {"offered": 1, "answered": 0, "abandoned": 0},
    }
    assert (stage.queue(1)["agents_ready"], stage.queue(1)["agents_signed_in"]) == (1, 1)


def test_nothing_under_a_wrong_key() -> None:
    floor = Stage().floor
    for key in ("call:no", "agent:1", "agent:x", "queue:9", "queue:", "nonsense", ""):
        assert floor.view(key) is None


def test_the_snapshot_is_all_views() -> None:
    stage = Stage()
    stage.tell(SwitchLost("n1"))
    stage.arrive("c1")
    snapshot = stage.floor.snapshot()
    assert set(snapshot) == {"system", "call:c1", "agent:11", "agent:12", "queue:1", "queue:2"}
    assert all(stage.floor.view(key) == view for key, view in snapshot.items())


def test_position() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    assert stage.floor.position("c1") is None
    assert stage.floor.position("no") is None
    stage.arrive("c2")
    assert stage.floor.position("c2") == (1, None)
    stage.ready(11)
    assert stage.floor.position("c2") is None


def test_times_are_utc_with_milliseconds() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert iso(datetime(2026, 3, 2, 17, 0, 0, 250_000, shanghai)) == "2026-03-02T09:00:00.250Z"
    assert iso(datetime(2026, 3, 2, 9, tzinfo=UTC)) == AT
    assert iso(None) is None


def test_who_was_called_and_did_not_come_stays_to_be_seen_until_the_next_is_called() -> None:
    stage = talking(12)
    ask_outside(stage)
    number_id = party_id(stage)
    stage.tell(DialFailed(ann(stage), 17))
    gone = {"party_id": number_id, "name": "", "number": NUMBER, "result": "busy"}
    assert (stage.call("c1")["unreached"], parties(stage)) == (gone, [])
    ask_colleague(stage)
    assert stage.call("c1")["unreached"] is None
    colleague_id = party_id(stage)
    stage.tell(AgentDeclined(12, "c1"))
    gone = {"party_id": colleague_id, "name": "Bob", "number": None, "result": "declined"}
    assert stage.call("c1")["unreached"] == gone
    stage.clear()
    stage.tell(RosterChanged(Roster((ANN, replace(BOB, name="Robert")), (SALES, CARE))))
    assert "call:c1" in stage.touched
    assert stage.call("c1")["unreached"] == {**gone, "name": "Robert"}


def test_who_supervises_a_call_and_what_was_forced() -> None:
    stage, _ = attendance.attending()
    stage.tell(ForcedNotReady(11, 13, "meal", "Eve"))
    assert stage.call("c1")["supervisions"] == [
        {
            "supervisor_id": 13,
            "name": "Eve",
            "agent_id": 11,
            "state": "listening",
            "mode": "listen",
            "confirmed": True,
            "since": "2026-03-02T09:00:30.000Z",
        }
    ]
    assert stage.agent(13)["supervises"] == "c1"
    assert stage.agent(11)["forced"] == {"act": "pause", "by": "Eve", "at": "2026-03-02T09:00:30.000Z"}


def test_a_parked_call() -> None:
    stage = talking()
    stage.tell(AgentAskedForHelp(11, "c1"))
    assert stage.agent(11)["help"]["state"] == "asked"
    stage.tell(AgentParked(11, "c1"))
    assert stage.call("c1")["parked"]["slot"] == 1
    assert stage.agent(11)["help"] is None


def test_a_call_that_is_dialed() -> None:
    stage = outgoing.outbound_stage()
    outgoing.ringing(stage)
    now = iso(stage.now)
    assert stage.call("o1")["dial"] == {"state": "ringing", "begun_at": now, "rang_at": now}


def test_a_callback() -> None:
    stage = callings.promised()
    asked_at = iso(stage.now)
    view = {
        "callback_id": "b1",
        "state": "waiting",
        "queue_id": 1,
        "queue_name": "Sales",
        "caller": {"number": callings.MOBILE, "name": ""},
        "origin": "",
        "wish": "",
        "customer_id": None,
        "customer_name": "",
        "priority": 0,
        "climbed": [],
        "waiting_since": AT,
        "asked_at": asked_at,
        "expires_at": iso(stage.now + timedelta(seconds=3600)),
        "due_at": None,
        "why": "",
        "attempts": 0,
        "most_attempts": 2,
        "agent_first": True,
        "in_person": False,
        "call_id": None,
        "position": 1,
    }
    assert stage.floor.view("callback:b1") == view
    assert stage.floor.snapshot()["callback:b1"] == view
    call_id, _ = callings.fetched(stage)
    calling = stage.floor.view("callback:b1")
    assert calling is not None
    assert (calling["state"], calling["call_id"], calling["position"]) == ("calling", call_id, None)
    assert stage.floor.view("callback:b9") is None


def test_what_the_screen_says_of_a_recording_on_demand() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    call = stage.floor._board.calls["c1"]
    assert call.talk is not None
    take = call.on_demand = Take(call.talk.recording_id or "", 13, by_supervisor=True)
    for state, shown, is_on in (
        (TakeState.STARTING, "starting", False),
        (TakeState.RUNNING, "on", True),
        (TakeState.STOPPING, "stopping", True),
    ):
        take.state = state
        view = stage.call("c1")
        assert (view["recording_state"], view["recording"], view["recording_asked_by"]) == (shown, is_on, "supervisor")
