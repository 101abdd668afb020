from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.agent import AGENT_TRANSITIONS, Agent, AgentStep, endpoint_of
from cti.domain.values import AgentSettings, AgentState, Phone, PhoneKind, SystemPause
from cti.errors import UnexpectedEvent
from tests.cti.domain.stage import ANN
from tests.fakes import START


def an_agent(state: AgentState = AgentState.SIGNED_OUT) -> Agent:
    return Agent(AgentSettings(7, "Ann", "1001"), START, state)


def test_every_state_has_a_row() -> None:
    assert set(AGENT_TRANSITIONS) == set(AgentState)


def test_the_usual_shift() -> None:
    agent = an_agent()
    states = []
    for step in (
        AgentStep.SIGNED_IN,
        AgentStep.BECAME_READY,
        AgentStep.OFFERED,
        AgentStep.JOINED,
        AgentStep.PARTED,
        AgentStep.BECAME_READY,
        AgentStep.PAUSED,
        AgentStep.SIGNED_OUT,
    ):
        agent.take(step)
        states.append(agent.state.value)
    assert states == ["not_ready", "ready", "ringing", "talking", "wrap_up", "ready", "not_ready", "signed_out"]


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in AgentState for step in AgentStep if step not in AGENT_TRANSITIONS[state]],
)
def test_an_impossible_step_raises_and_changes_nothing(state: AgentState, step: AgentStep) -> None:
    agent = an_agent(state)
    with pytest.raises(UnexpectedEvent):
        agent.take(step)
    assert agent.state is state


def test_only_a_ready_agent_with_a_phone_can_take_a_call() -> None:
    agent = an_agent(AgentState.READY)
    assert not agent.can_take_a_call
    agent.phone_reachable = True
    assert agent.can_take_a_call
    agent.removed = True
    assert not agent.can_take_a_call
    assert not agent.serves


@pytest.mark.parametrize("state", AgentState)
def test_who_counts_as_capacity(state: AgentState) -> None:
    agent = an_agent(state)
    assert agent.serves == (state not in (AgentState.SIGNED_OUT, AgentState.NOT_READY))
    assert agent.agent_id == 7


def test_who_would_take_calls_without_callroom() -> None:
    assert not an_agent(AgentState.NOT_READY).serves_fallback
    agent = an_agent(AgentState.TALKING)
    assert agent.serves_fallback
    agent.next_reason = "lunch"
    assert not agent.serves_fallback, "they asked for a pause"


def test_a_colleague_may_be_asked_in_a_pause_but_not_in_a_call() -> None:
    agent = Agent(ANN, START, phone_reachable=True)
    asked = {}
    for state in AgentState:
        agent.state = state
        asked[state] = agent.can_be_asked
    assert {state for state, may in asked.items() if may} == {AgentState.READY, AgentState.NOT_READY}
    agent.state = AgentState.READY
    agent.closing_leg = "leg"
    assert not agent.can_be_asked
    agent.closing_leg, agent.phone_reachable = None, False
    assert not agent.can_be_asked


def test_what_keeps_an_agent_from_being_ready() -> None:
    agent = Agent(ANN, START)
    assert agent.hindrance(START) == SystemPause.PHONE_LOST
    agent.phone_reachable = True
    assert agent.hindrance(START) == ""
    agent.screen_lost_at = START
    assert agent.hindrance(START + timedelta(seconds=14)) == ""
    assert agent.hindrance(START + timedelta(seconds=15)) == SystemPause.SCREEN_LOST


def test_who_supervises_is_offered_nothing() -> None:
    agent = Agent(ANN, START, AgentState.READY, phone_reachable=True)
    assert agent.can_take_a_call
    assert agent.can_be_asked
    agent.supervises = "c1"
    assert not agent.can_take_a_call
    assert not agent.can_be_asked


@pytest.mark.parametrize(
    ("kind", "endpoint"),
    [(PhoneKind.BROWSER, "1001"), (PhoneKind.SIP, "desk-1001"), (PhoneKind.OUTSIDE, "")],
)
def test_whose_registration_says_that_a_phone_is_there(kind: PhoneKind, endpoint: str) -> None:
    assert endpoint_of(replace(ANN, phone=Phone(kind, "+8613911112222"))) == endpoint


def test_a_phone_is_kept_up_for_who_is_at_work_and_wants_that() -> None:
    agent = Agent(replace(ANN, phone=Phone(persistent=True)), START)
    assert not agent.wants_own_leg
    agent.state = AgentState.NOT_READY
    assert agent.wants_own_leg
    agent.removed = True
    assert not agent.wants_own_leg
    assert not Agent(ANN, START, AgentState.READY).wants_own_leg
