from datetime import date

import pytest

from ivr.domain.fields import Fields
from ivr.domain.hours import Span
from ivr.domain.plan import MOST_DAYS, parse_calendar, read_calendar
from ivr.errors import FlowInvalid, Problem


def read(**data: object) -> tuple[object, dict[str, str]]:
    problems: list[Problem] = []
    calendar = read_calendar(Fields("h", {"weekly": {}, **data}, problems), None)
    return calendar, {problem.field: problem.code for problem in problems}


def test_a_zone_that_the_database_does_not_know() -> None:
    problems: list[Problem] = []
    read_calendar(Fields("h", {"weekly": {}, "time_zone": "Mars/Base"}, problems), frozenset({"UTC"}))
    assert [problem.code for problem in problems] == ["unknown_time_zone"]


def test_a_week_with_holidays_and_a_worked_sunday() -> None:
    problems: list[Problem] = []
    data = {
        "weekly": {"mon": ["09:00-12:30"], "sun": []},
        "holidays": ["2026-10-01/2026-10-03", "2026-01-01"],
        "special": {"2026-10-11": ["10:00-24:00"]},
    }
    calendar = read_calendar(Fields("h", data, problems), frozenset({"Asia/Shanghai"}))
    assert not problems
    assert calendar.time_zone == "Asia/Shanghai"
    assert calendar.weekly == {0: (Span(540, 750),), 6: ()}
    assert calendar.holidays == {date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3), date(2026, 1, 1)}
    assert calendar.special == {date(2026, 10, 11): (Span(600, 1440),)}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"weekly": {"monday": []}}, {"weekly.monday": "unknown_day"}),
        ({"weekly": {"mon": "09:00-18:00"}}, {"weekly.mon": "not_list"}),
        ({"weekly": {"mon": ["9-18"]}}, {"weekly.mon": "not_span"}),
        ({"weekly": {"mon": [9]}}, {"weekly.mon": "not_span"}),
        ({"weekly": {"mon": ["09:60-18:00"]}}, {"weekly.mon": "not_span"}),
        ({"weekly": {"mon": ["24:00-18:00"]}}, {"weekly.mon": "not_span"}),
        ({"weekly": {"mon": ["09:00-24:01"]}}, {"weekly.mon": "not_span"}),
        ({"holidays": "2026-10-01"}, {"holidays": "not_list"}),
        ({"holidays": ["2026-13-01", "2026-01-01/x"]}, {"holidays.0": "not_date", "holidays.1": "not_date"}),
        ({"holidays": ["2026-10-02/2026-10-01"]}, {"holidays.0": "bad_range"}),
        ({"holidays": ["2026-10-02/2926-10-01"]}, {"holidays.0": "bad_range"}),
        ({"special": {"soon": []}}, {"special.soon": "not_date"}),
        ({"special": []}, {"special": "not_object"}),
        ({"holidays": [{"day": "soon", "name": "x"}]}, {"holidays.0": "not_date"}),
        ({"holidays": [{"name": "x"}]}, {"holidays.0": "not_date"}),
        ({"holidays": [{"day": "2026-01-01", "name": "x" * 61}]}, {"holidays.0.name": "too_long"}),
        ({"holidays": [{"day": "2026-01-01", "nmae": "x"}]}, {"holidays.0.nmae": "unknown_field"}),
        ({"holidays": ["2026-01-01"] * (MOST_DAYS + 1)}, {"holidays": "too_many"}),
        (
            {"special": {"2026-01-01": {"spans": "x", "name": 7}}},
            {"special.2026-01-01": "not_list", "special.2026-01-01.name": "too_long"},
        ),
        ({"special": {str(n): [] for n in range(MOST_DAYS + 1)}}, {"special": "too_many"}),
        ({"time_zone": 8}, {"time_zone": "not_text"}),
    ],
)
def test_faults_name_the_day(data: dict[str, object], found: dict[str, str]) -> None:
    assert read(**data)[1] == found


def test_days_have_names() -> None:
    calendar = parse_calendar(
        {
            "weekly": {},
            "holidays": [{"day": "2026-10-01/2026-10-02", "name": " 国庆节 "}, {"day": "2026-01-01"}, "2026-05-01"],
            "special": {"2026-10-10": {"spans": ["09:00-18:00"], "name": "调休"}, "2026-10-11": ["10:00-12:00"]},
        },
        None,
    )
    assert calendar.names == {date(2026, 10, 1): "国庆节", date(2026, 10, 2): "国庆节", date(2026, 10, 10): "调休"}
    assert len(calendar.holidays) == 4
    assert calendar.special == {date(2026, 10, 10): (Span(540, 1080),), date(2026, 10, 11): (Span(600, 720),)}


def test_a_calendar_that_stands_for_itself_is_refused_with_all_its_faults() -> None:
    with pytest.raises(FlowInvalid) as caught:
        parse_calendar({"weekly": {"mon": ["x"]}, "time_zone": "Mars/Base", "open": 1}, frozenset({"UTC"}))
    assert {(p.path, p.code) for p in caught.value.problems} == {
        ("weekly.mon", "not_span"), ("time_zone", "unknown_time_zone"), ("open", "unknown_field"),
    }  # fmt: skip
