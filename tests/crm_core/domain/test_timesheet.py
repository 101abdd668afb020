"""How long an agent did what."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from crm_core.domain.quarters import Quarter
from crm_core.domain.timesheet import Began, Timesheet, timesheet
from cti.domain.values import AgentState as S

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 22), date(2026, 11, 21)
HOUR_MS = 3_600_000


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def test_a_shift_by_states_and_reasons() -> None:
    states = [
        *(Began(at(8), S.NOT_READY, "signed_in"), Began(at(8.1), S.READY), Began(at(9), S.TALKING)),
        *(Began(at(9.5), S.WRAP_UP), Began(at(9.6), S.NOT_READY, "meal"), Began(at(10.6), S.NOT_READY, "break")),
        *(Began(at(10.8), S.READY), Began(at(12), S.SIGNED_OUT), Began(at(13), S.NOT_READY, "signed_in")),
        *(Began(at(13.5), S.SIGNED_OUT), Began(at(14), S.SIGNED_OUT)),
    ]
    sheet = timesheet(states, MIDNIGHT, ZONE)
    spent = {state: ms / HOUR_MS for state, ms in sheet.by_day()[TODAY].items()}
    assert {state: round(hours, 3) for state, hours in spent.items()} == {
        **{S.READY: 2.1, S.TALKING: 0.5, S.WRAP_UP: 0.1, S.NOT_READY: 1.8},
    }
    assert {reason: round(ms / HOUR_MS, 3) for (_, reason), ms in sheet.pauses.items()} == {
        **{"signed_in": 0.6, "meal": 1.0, "break": 0.2},
    }
    assert sheet.begun == {(TODAY, "signed_in"): 2, (TODAY, "meal"): 1, (TODAY, "break"): 1}
    assert sheet.sign_ins == {TODAY: 2}
    assert sheet.quarters[Quarter(TODAY, 36, 36)] == {S.TALKING: 900_000}


def test_midnight_parts_what_lasts_over_it() -> None:
    states = [Began(at(-2), S.READY), Began(at(1), S.NOT_READY, "meal"), Began(at(2), S.READY)]
    sheet = timesheet(states, MIDNIGHT, ZONE)
    assert sheet.by_day() == {TODAY: {S.READY: HOUR_MS, S.NOT_READY: HOUR_MS}}, "what was yesterday was counted then"
    assert sheet.sign_ins == {}
    assert timesheet(states, at(-24), ZONE).by_day()[YESTERDAY] == {S.READY: 2 * HOUR_MS}


def test_what_lasts_is_added_until_now() -> None:
    sheet = Timesheet()
    sheet.add(Began(at(-1), S.NOT_READY, "meal"), at(1), ZONE)
    sheet.add(Began(at(1), S.SIGNED_OUT), at(5), ZONE)
    assert sheet.pauses == {(YESTERDAY, "meal"): HOUR_MS, (TODAY, "meal"): HOUR_MS}
