from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.agent import Agent
from cti.domain.attempt_words import AttemptOrdered, AttemptTerms
from cti.domain.call import Call
from cti.domain.commands import DialCustomer
from cti.domain.demand import ANYBODY, Demand, changes_at, demand_of, fits, has_new_steps, raised_by
from cti.domain.events import CallArrived, CallReached
from cti.domain.values import (
    LANGUAGE,
    UNKNOWN_CALLER,
    AgentSettings,
    AgentState,
    Caller,
    Climb,
    Overflow,
    OverflowAction,
    QueueSettings,
    Roster,
    Routing,
    Rung,
    SkillRule,
    SkillStep,
)
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage
from tests.fakes import START

ENGLISH = SkillRule("english", (SkillStep(3, 60.0), SkillStep(1)))
SPOKEN = SkillRule(LANGUAGE, (SkillStep(2, 20.0), SkillStep(0)))
OWNER = Agent(AgentSettings(7, "Ann", "1007", frozenset({1})), START, AgentState.TALKING)


def line(**routing: object) -> QueueSettings:
    return QueueSettings(1, "Sales", routing=replace(Routing(reserve_after_s=0.0), **routing))  # type: ignore[arg-type]


def waiting(**more: object) -> Call:
    call = Call("c1", "leg", "n1", UNKNOWN_CALLER, "4001", START, START, queued_at=START, language="en")
    for name, value in more.items():
        setattr(call, name, value)
    return call


def asks(queue: QueueSettings, after_s: float, preferred: Agent | None = None, **call: object) -> Demand:
    return demand_of(waiting(**call), queue, preferred, START + timedelta(seconds=after_s))


def test_a_plain_line_takes_anybody() -> None:
    assert asks(line(), 0) == ANYBODY
    assert ANYBODY.told() == ""
    assert changes_at(waiting(), line(), START) is None


@pytest.mark.parametrize(("after_s", "level"), [(0, 3), (59.9, 3), (60, 1), (9999, 1)])
def test_a_skill_is_asked_for_less_and_less(after_s: float, level: int) -> None:
    assert asks(line(skills=(ENGLISH,)), after_s).skills == (("english", level),)


def test_the_callers_language_is_a_skill_and_level_0_none() -> None:
    assert asks(line(skills=(SPOKEN,)), 0).skills == (("en", 2),)
    assert asks(line(skills=(SPOKEN,)), 20) == ANYBODY


def test_what_was_waited_before_a_talk_counts() -> None:
    assert asks(line(skills=(ENGLISH,)), 0, waits_since=START - timedelta(seconds=60)).skills == (("english", 1),)


@pytest.mark.parametrize(("state", "queue_ids", "after_s", "is_awaited"), [
    (AgentState.TALKING, {1}, 9.9, True),
    (AgentState.TALKING, {1}, 10, False),
    (AgentState.NOT_READY, {1}, 0, False),
    (AgentState.SIGNED_OUT, {1}, 0, False),
    (AgentState.READY, {2}, 0, False),
])  # fmt: skip
def test_the_own_agent_is_awaited_while_at_work(
    state: AgentState, queue_ids: set[int], after_s: float, is_awaited: bool
) -> None:
    own = Agent(AgentSettings(7, "Ann", "1007", frozenset(queue_ids)), START, state)
    assert (asks(line(preferred_s=10.0), after_s, own).only_agent_id == 7) is is_awaited
    assert asks(line(), 0, own).only_agent_id is None, "where the line does not wait for them"


def agent(*, reserve: bool = False, **skills: int) -> Agent:
    reserve_ids = frozenset({1} if reserve else ())
    return Agent(AgentSettings(7, "Ann", "1007", frozenset({1, 2}), skills=skills, reserve_ids=reserve_ids), START)


def test_who_fits() -> None:
    english = Demand((("english", 3),))
    assert fits(agent(), 1, ANYBODY)
    assert fits(agent(english=3), 1, english)
    assert not fits(agent(english=2), 1, english)
    assert not fits(agent(chinese=9), 1, english)
    assert fits(agent(reserve=True), 1, ANYBODY)
    assert not fits(agent(reserve=True), 1, Demand(with_reserve=False))
    assert fits(agent(reserve=True), 2, Demand(with_reserve=False)), "reserve of another line"
    assert fits(agent(reserve=True), 1, Demand((("english", 3),), with_reserve=False, only_agent_id=7))
    assert not fits(agent(), 1, Demand(only_agent_id=8))


def test_the_reserve_is_asked_later() -> None:
    queue = line(reserve_after_s=30.0)
    assert not asks(queue, 29.9).with_reserve
    assert asks(queue, 30).with_reserve


def test_every_change_has_its_moment() -> None:
    queue = line(preferred_s=10.0, reserve_after_s=30.0, skills=(ENGLISH, SPOKEN))
    at, moments = START, []
    while (at := changes_at(waiting(), queue, at)) is not None:
        before = demand_of(waiting(), queue, OWNER, at - timedelta(milliseconds=1))
        assert before != demand_of(waiting(), queue, OWNER, at)
        moments.append((at - START).total_seconds())
    assert moments == [10, 20, 30, 60]


def test_what_is_asked_is_told() -> None:
    told = Demand((("english", 3), ("billing", 1)), only_agent_id=7).told()
    assert told == "needs english 3, needs billing 1, waits for the customer's own agent"


def test_the_ladder_raises_and_asks_more_and_more() -> None:
    ladder = (Rung(60, 5), Rung(120, 0, 2), Rung(180, 10, 3))
    line = QueueSettings(1, "Sales", routing=Routing(ladder=ladder))
    call = Call("c", "leg", "n1", UNKNOWN_CALLER, "4001", START, seen_at=START, queued_at=START)
    found = []
    for waited_s in (0, 59, 60, 120, 180, 900):
        now = START + timedelta(seconds=waited_s)
        found.append((raised_by(call, line, now), demand_of(call, line, None, now).also))
    assert found == [(0, ()), (0, ()), (5, ()), (5, (2,)), (15, (2, 3)), (15, (2, 3))]
    moments, now = [], START
    while (at := changes_at(call, line, now)) is not None:
        moments.append((at - START).total_seconds())
        now = at
    assert moments == [30, 60, 120, 180], "the reserve, and each step"


def test_a_step_of_another_cause_counts_from_when_it_was_taken() -> None:
    deep, lone = Rung(60, 5, 2, Climb.DEPTH, 8), Rung(60, 1, 2, Climb.NO_STAFF)
    line = QueueSettings(1, "Sales", routing=Routing(ladder=(deep, lone)))
    early, late = START + timedelta(seconds=59), START + timedelta(seconds=60)
    for climbed, raised, also in (((), 0, ()), (((1, deep),), 5, (2,)), (((1, deep), (1, lone)), 6, (2,))):
        call = waiting(climbed=climbed)
        assert (raised_by(call, line, late), demand_of(call, line, None, late).also) == (raised, also)
        assert has_new_steps(call, line, late) is (len(climbed) < 2)
        assert not has_new_steps(call, line, early)
    assert raised_by(waiting(climbed=((2, deep),)), line, late) == 0, "a step of another line"


def test_who_waits_for_their_own_agent_is_offered_to_nobody_elses() -> None:
    line = QueueSettings(1, "Sales", routing=Routing(preferred_s=300, ladder=(Rung(60, 0, 2),)))
    call = Call("c", "leg", "n1", UNKNOWN_CALLER, "4001", START, seen_at=START, queued_at=START)
    settings = AgentSettings(7, "Ann", "1001", frozenset({1}))
    ann = Agent(settings, START, AgentState.TALKING, phone_reachable=True)
    late = START + timedelta(seconds=90)
    assert demand_of(call, line, ann, late).also == ()
    assert demand_of(call, line, None, late).also == (2,)


def test_whom_somebody_else_is_kept_for_does_not_fit() -> None:
    assert fits(OWNER, 1, ANYBODY)
    assert not fits(OWNER, 1, replace(ANYBODY, without=frozenset({7})))
    assert not fits(OWNER, 1, Demand(only_agent_id=7, without=frozenset({7})))


@pytest.mark.parametrize(("own_is_busy", "who"), [(True, "Bob"), (False, "Ann")])
def test_whom_a_dialer_called_waits_for_nobody_in_particular(own_is_busy: bool, who: str) -> None:
    """Ann is theirs, Bob is free for longer, and the two seconds run."""
    own_first = replace(SALES, routing=Routing(preferred_s=300))
    stage = Stage(Roster((ANN, BOB), (own_first, CARE)))
    stage.switch_back()
    stage.ready(12)
    stage.wait(5)
    stage.ready(11)
    if own_is_busy:
        stage.talk("c1", CARE.queue_id)
    order = AttemptOrdered("a1", AttemptTerms(7, 1, 2.0, Overflow(OverflowAction.HANG_UP)), "+8613900139000", 25.0)
    stage.tell(replace(order, preferred_agent_id=11))
    leg_id = stage.last(DialCustomer).leg_id
    stage.tell(CallArrived("a1", leg_id, "n1", Caller("x"), "4001", stage.now, outbound=True), CallReached("a1"))
    assert stage.call("a1")["agent_name"] == who
