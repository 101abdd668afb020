"""A floor on which callers in the line Sales may be called back."""

from dataclasses import replace
from datetime import timedelta

from cti.domain.callback_values import CallbackMemory, CallbackRules
from cti.domain.callback_words import CallbackAllowed, CallbackChanged, CallbackWanted
from cti.domain.commands import DialCustomer, DialOutside
from cti.domain.events import CallArrived, CallQueued, CallReached, LegAnswered, LegBorn, LegRang, RoomJoined
from cti.domain.memories import CallMemory
from cti.domain.values import Caller, Direction, EndReason, Roster
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage
from tests.fakes import START

MOBILE = "13900139000"
DIALED = "+8613900139000"
THEIRS = "n1-their-leg"
RULES = CallbackRules(offered=True, attempts=2, retry_s=300.0, expires_s=3600.0)


def callback_stage(rules: CallbackRules = RULES, roster: Roster | None = None) -> Stage:
    line = replace(SALES, callbacks=rules)
    stage = Stage(roster or Roster((ANN, BOB), (line, CARE)))
    stage.switch_back()
    return stage


def come(stage: Stage, call_id: str, number: str | None = MOBILE, queue_id: int = 1, priority: int = 0) -> None:
    stage.tell(CallArrived(call_id, f"leg-{call_id}", "n1", Caller(number), "4001", stage.now))
    stage.tell(CallQueued(call_id, queue_id, priority))


def want(stage: Stage, call_id: str = "c1", callback_id: str = "b1", number: str = MOBILE) -> None:
    """Stands in line, asks for it, and hangs up."""
    stage.tell(CallbackWanted(call_id, callback_id, number))
    stage.leave(call_id, EndReason.CALLBACK)


def promised(rules: CallbackRules = RULES, roster: Roster | None = None) -> Stage:
    """The callback b1 stands in line, and nobody is at work."""
    stage = callback_stage(rules, roster)
    come(stage, "c1")
    stage.wait(90)
    want(stage)
    return stage


def allow(stage: Stage, callback_id: str = "b1", shown_as: str = "", *, withheld: bool = False) -> None:
    stage.tell(CallbackAllowed(callback_id, DIALED, shown_as, withheld))


def turn(stage: Stage, agent_id: int = 11) -> str:
    """An agent is free, and it may be called: the call that tries."""
    stage.ready(agent_id)
    assert state(stage) == "checking"
    allow(stage)
    call_id = stage.last(CallbackChanged).attempt_call_id
    assert call_id is not None
    return call_id


def fetched(stage: Stage) -> tuple[str, str]:
    """The agent took it, and the number goes out from there: the call and the agent's leg."""
    call_id = turn(stage)
    leg_id = stage.ring().leg_id
    stage.tell(LegRang(leg_id), LegAnswered(leg_id))
    assert stage.last(DialOutside).leg_id == leg_id
    return call_id, leg_id


def theirs(stage: Stage, call_id: str, leg_id: str = THEIRS) -> CallArrived:
    return CallArrived(call_id, leg_id, "n1", Caller(DIALED), "4001", stage.now, outbound=True)


def agent_first_talk(stage: Stage) -> str:
    call_id, leg_id = fetched(stage)
    stage.tell(LegBorn(THEIRS, "n1", leg_id), LegRang(THEIRS), theirs(stage, call_id), CallReached(call_id))
    stage.tell(RoomJoined(THEIRS, "room"), RoomJoined(leg_id, "room"))
    return call_id


def customer_dialed(stage: Stage, agent_id: int = 11) -> tuple[str, str]:
    """They are called while the agent is free: the call and the customer's leg."""
    call_id = turn(stage, agent_id)
    return call_id, stage.last(DialCustomer).leg_id


def state(stage: Stage, callback_id: str = "b1") -> str:
    view = stage.floor.view(f"callback:{callback_id}")
    return "gone" if view is None else str(view["state"])


def written(stage: Stage) -> CallbackChanged:
    return stage.last(CallbackChanged)


def remembered(callback_id: str = "b1", **more: object) -> CallbackMemory:
    """One of before a restart."""
    asked_at = START - timedelta(seconds=60)
    memory = CallbackMemory(
        callback_id, 1, MOBILE, MOBILE, START - timedelta(seconds=150), START - timedelta(seconds=140), asked_at,
        asked_at + timedelta(seconds=3600), "c0", "4001",
    )  # fmt: skip
    return replace(memory, **more)  # type: ignore[arg-type]


def restarted(**more: object) -> Stage:
    stage = callback_stage()
    call = CallMemory(
        "o0", "", "n1", Caller(DIALED), "4001", stage.now, talk_agent_id=None, direction=Direction.OUTBOUND
    )
    stage.floor.restore(
        stage.now, calls=[call], callbacks_before=[remembered(state="calling", attempts=1, call_id="o0", **more)]
    )
    return stage
