from cti.domain.agent import SCREEN_GRACE_S
from cti.domain.commands import RingAgent
from cti.domain.events import AgentWentNotReady, PhoneChanged, ScreenBack, ScreenLost
from cti.domain.facts import OfferEnded
from cti.domain.memories import AgentMemory
from cti.domain.phones import PHONE_GRACE_S
from cti.domain.values import AgentState, OfferResult
from tests.cti.domain.stage import Stage


def lose_the_phone(stage: Stage) -> None:
    stage.tell(PhoneChanged("1001", reachable=False))
    stage.wait(PHONE_GRACE_S)
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_a_phone_that_stays_away_ends_readiness_until_it_is_back() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(PhoneChanged("1001", reachable=False), PhoneChanged("1001", reachable=False))
    assert stage.agent(11)["phone_reachable"] is False
    stage.wait(PHONE_GRACE_S - 0.1)
    assert stage.state(11) == ("ready", "")
    stage.wait(0.2)
    assert stage.state(11) == ("not_ready", "phone_lost")
    stage.tell(PhoneChanged("1001", reachable=True))
    assert stage.state(11) == ("ready", "")


def test_a_phone_that_is_back_ends_no_pause_but_its_own() -> None:
    stage = Stage()
    stage.ready(11)
    lose_the_phone(stage)
    stage.tell(AgentWentNotReady(11, "lunch"), PhoneChanged("1001", reachable=True))
    assert stage.state(11) == ("not_ready", "lunch")


def test_a_phone_that_is_back_waits_for_the_screen() -> None:
    stage = Stage()
    stage.ready(11)
    lose_the_phone(stage)
    stage.tell(ScreenLost(11), PhoneChanged("1001", reachable=True))
    assert stage.state(11) == ("not_ready", "phone_lost")
    stage.tell(PhoneChanged("1001", reachable=False), ScreenBack(11), PhoneChanged("1001", reachable=True))
    assert stage.state(11) == ("ready", "")


def test_whose_screen_was_long_away_as_well_says_that_they_are_back() -> None:
    stage = Stage()
    stage.ready(11)
    lose_the_phone(stage)
    stage.tell(ScreenLost(11))
    stage.wait(SCREEN_GRACE_S)
    stage.tell(ScreenBack(11), PhoneChanged("1001", reachable=True))
    assert stage.state(11) == ("not_ready", "screen_lost")


def test_a_phone_that_comes_back_soon_was_a_reload() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(PhoneChanged("1001", reachable=False))
    stage.arrive("c1")
    assert stage.all(RingAgent) == [], "nothing is offered to a phone that is away"
    stage.wait(3)
    stage.tell(PhoneChanged("1001", reachable=True))
    assert stage.ring().call_id == "c1"
    stage.wait(15)
    assert stage.state(11)[0] == "ringing"


def test_a_phone_lost_while_it_rings() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(PhoneChanged("1001", reachable=False))
    assert stage.last(OfferEnded).result is OfferResult.UNREACHABLE
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_a_phone_lost_after_the_answer_is_the_legs_affair() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.answer()
    stage.tell(PhoneChanged("1001", reachable=False))
    assert stage.state(11) == ("ringing", "")


def test_a_phone_without_a_person_is_remembered() -> None:
    stage = Stage()
    stage.tell(PhoneChanged("1050", reachable=True))
    assert stage.touched == set()


def test_a_phone_that_does_not_come_back_after_a_restart() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, agents=[AgentMemory(11, AgentState.READY, "", stage.now)])
    stage.tell(ScreenBack(11))
    stage.wait(19)
    assert stage.state(11) == ("ready", "")
    stage.wait(1)
    assert stage.state(11) == ("not_ready", "phone_lost")
