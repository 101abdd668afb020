from dialer.domain.pace_words import AttemptStarted, Connected, HumanAnswered, PaceLimits, Window
from dialer.domain.pacing import Pacing
from dialer.simulation.oracle import Oracle

LIMITS = PaceLimits()


def test_who_knows_the_end_of_a_talk_dials_for_it() -> None:
    told, untold = Oracle(LIMITS), Pacing(LIMITS)
    for pacer in (told, untold):
        pacer.open_window(Window(0.0, 28_800.0))
        pacer.handle(AttemptStarted("x"), 0.0)
        pacer.handle(HumanAnswered("x"), 10.0)
        pacer.handle(Connected("x", "a"), 10.0)
    told.foretell("a", 14.0)
    assert told.calls_to_place(12.0).calls > 0
    assert untold.calls_to_place(12.0).calls == 0
