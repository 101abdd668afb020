"""Who may be on the floor, of whom a story with dice chooses: plain lines, strict ones, people and lines that go."""

from dataclasses import replace

from cti.domain.callback_values import CallbackRules
from cti.domain.memories import CallMemory
from cti.domain.values import Caller, Climb, Phone, PhoneKind, Roster, Routing, Rung, SkillRule, SkillStep, Strategy
from tests.cti.domain.stage import ANN, BOB, CARE, SALES
from tests.fakes import START

CLEO = replace(ANN, agent_id=13, name="Cleo", extension="1003", queue_ids=frozenset({2}))
AGENTS = (ANN, BOB, CLEO)
SKILLED = (replace(ANN, skills={"en": 3}), replace(BOB, skills={"en": 1}), replace(CLEO, reserve_ids=CLEO.queue_ids))
STRICT = Routing(
    Strategy.FEWEST_CALLS,
    skills=(SkillRule("en", (SkillStep(3, 20.0), SkillStep(1))),),
    preferred_s=15.0,
    reserve_after_s=40.0,
    level_priorities=(("vip", 3),),
    most_waiting=2,
    most_expected_s=60.0,
    needs_staff=True,
    overflow_beyond=1,
    overflow_expected_s=30.0,
    overflow_held_s=5.0,
    ladder=(
        Rung(5.0, 1),
        Rung(0.0, 2, 2, Climb.DEPTH, more_than=1),
        Rung(1.0, 4, None, Climb.EXPECTED_WAIT, expected_s=20.0),
        Rung(0.0, 8, 2, Climb.NO_STAFF),
    ),
)
# Phones that are kept up through the shift: a page, a desk phone, one outside.
KEPT = (
    replace(ANN, phone=Phone(persistent=True)),
    replace(BOB, phone=Phone(PhoneKind.SIP, persistent=True, beep=False)),
    replace(CLEO, phone=Phone(PhoneKind.OUTSIDE, "+8613911112222", persistent=True)),
)
ROSTERS = (
    Roster(AGENTS, (SALES, CARE)),
    Roster(SKILLED, (replace(SALES, routing=STRICT), replace(CARE, routing=Routing(Strategy.ROUND_ROBIN, weight=2)))),
    Roster((ANN, CLEO), (replace(SALES, callbacks=CallbackRules(offered=True, agent_first=False, attempts=2)), CARE)),
    Roster(AGENTS, (SALES,)),
    Roster((replace(BOB, queue_ids=frozenset({1, 2})), ANN), (replace(CARE, max_wait_s=5), SALES)),
    Roster(KEPT, (SALES, CARE)),
    Roster((KEPT[0], BOB, KEPT[2]), (SALES, CARE)),
)
# of a Callroom before this one, whose customer may be on hold
RESTORED = CallMemory(
    *("c1", "leg-c1", "n1", Caller(None), "4001", START, 1),
    talk_agent_id=11,
    talk_leg_id="old-a",
    talk_started_at=START,
)
