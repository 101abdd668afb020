import json
from dataclasses import replace

import pytest

from crm_core.domain.announcing import announcement_problems, announcements_of, document_of
from cti.domain.values import Announcements

FULL = Announcements(10.0, 5, 20, ("keep_waiting", "summer_sale"), 60.0)


def codes(plan: Announcements) -> list[tuple[str, str]]:
    return [(path.removeprefix("announcements."), code) for path, code, _ in announcement_problems(plan)]


def test_what_was_written_is_read() -> None:
    for plan in (FULL, Announcements()):
        assert announcements_of(json.loads(json.dumps(document_of(plan)))) == plan
        assert codes(plan) == []
    assert announcements_of({}) == Announcements(), "a line of before"


@pytest.mark.parametrize(("plan", "problem"), [
    (replace(FULL, first_after_s=-1.0), ("first_after_s", "out_of_range")),
    (replace(FULL, position_up_to=1000), ("position_up_to", "out_of_range")),
    (replace(FULL, expected_up_to_min=61), ("expected_up_to_min", "out_of_range")),
    (replace(FULL, comfort_every_s=9.0), ("comfort_every_s", "out_of_range")),
    (replace(FULL, comfort_every_s=float("nan")), ("comfort_every_s", "out_of_range")),
    (replace(FULL, comfort=("x",) * 11), ("comfort", "too_many")),
])  # fmt: skip
def test_what_makes_no_sense(plan: Announcements, problem: tuple[str, str]) -> None:
    assert codes(plan) == [problem]
