"""How it ends with those who supervise."""

from cti.domain.commands import HangUpLeg
from cti.domain.events import LegEnded
from cti.domain.facts import SupervisionEnded
from cti.domain.supervision import Mode
from tests.cti.domain.attendance import ann, ask, attending, talking


def test_the_end_of_the_talk_ends_every_ear() -> None:
    stage, leg_id = attending()
    stage.wait(10)
    stage.tell(LegEnded(ann(stage)))
    ended = stage.last(SupervisionEnded)
    assert (ended.supervisor_id, ended.why, ended.lasted_s) == (13, "talk_ended", 10.0)
    assert HangUpLeg("n1", leg_id) in stage.commands
    assert stage.agent(13)["supervises"] is None
    assert stage.state(13) == ("signed_out", "")
    stage.tell(LegEnded(leg_id))
    assert len(stage.all(SupervisionEnded)) == 1


def test_a_phone_that_still_rings_rings_no_more() -> None:
    stage = talking()
    leg_id = ask(stage, Mode.BARGE)
    stage.leave("c1")
    assert stage.last(SupervisionEnded).lasted_s == 0.0
    assert HangUpLeg("n1", leg_id) in stage.commands
    stage.wait(60)
    assert len(stage.all(SupervisionEnded)) == 1, "its deadline is gone as well"


def test_a_leg_that_is_gone_is_not_ended_again() -> None:
    stage, leg_id = attending()
    stage.tell(LegEnded(leg_id))
    assert stage.all(HangUpLeg) == []
    assert stage.last(SupervisionEnded).why == "left"
    assert stage.call("c1")["state"] == "talking"
