"""What the rules are asked about a lead, and what is kept of it."""

from datetime import UTC, datetime, timedelta

from crm_core.due_leads import DueLead, DueNumber, DueTry
from dialer.asking import checks_of, lead_place, number_of, whom_of
from dialer.domain.clearance import Law
from dialer.domain.policy import Policy

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ONE, TWO = DueNumber(1, "+498912345678", "k1", None), DueNumber(2, "+4917012345678", "k2", None)
DEAD = DueNumber(3, "+493012345678", "k3", "unallocated")


def lead(*numbers: DueNumber, next_id: int | None = None, **more: object) -> DueLead:
    return DueLead(7, 1, 1, None, "", None, "Ann", ("Europe/Berlin",), "en", next_id, NOW, numbers, **more)  # type: ignore[arg-type]


def tried(verdict: str, **more: bool) -> DueTry:
    flags = {"connected": False, "abandoned": False} | more
    return DueTry("a", 7, ONE.number, NOW, verdict, flags["connected"], flags["abandoned"], ())


def test_the_next_number_is_the_one_that_is_due_or_the_first_that_lives() -> None:
    assert number_of(lead(DEAD, ONE, TWO)) == ONE
    assert number_of(lead(DEAD, ONE, TWO, next_id=2)) == TWO
    assert number_of(lead(ONE, DEAD, next_id=3)) == ONE
    assert number_of(lead(DEAD)) is None


def test_a_fault_of_the_route_was_no_try_and_who_was_connected_late_was_reached() -> None:
    tries = (tried("route_fault"), tried("human", connected=True, abandoned=True), tried("human", abandoned=True))
    whom = whom_of(lead(ONE, consent_at=NOW), ONE, tries)
    assert [(one.reached, one.abandoned) for one in whom.past] == [(True, False), (False, True)]
    assert (whom.number, whom.consent_at) == (ONE.number, NOW)
    assert whom.place == lead_place(lead(ONE))


def test_what_is_kept_is_all_that_is_needed_to_judge_it_again() -> None:
    ftc, de = Policy("ftc", "", (), do_not_call_age_max_days=31), Policy("de", "", (), asks_consent=True)
    registers = {"ftc": NOW - timedelta(days=1), "other": NOW}
    who = lead(ONE, custom={"region": "Bayern"}, consent_at=NOW, consent_source="form")
    assert checks_of(Law((ftc, de), registers), who, NOW) == {
        "policies": ["ftc", "de"],
        "zones": {"Europe/Berlin": "Mon 13:00"},
        "calendars": ["DE-BY"],
        "consent": {"at": "2026-11-23T12:00:00+00:00", "source": "form"},
        "registers": {"ftc": "2026-11-22T12:00:00+00:00"},
    }
    assert checks_of(Law((ftc,)), lead(ONE), NOW)["consent"] is None
