"""Files say the same words as the page."""

import re
from datetime import date
from pathlib import Path

import pytest

from agent_ui.reporting import campaign_sheet
from agent_ui.reporting.words import AXES, FIGURES, NONE, PAUSE, TITLES, TOTAL
from crm_core.domain.report import Axis, Wanted, agent_figures, line_figures

WEB = Path(__file__).parents[3] / "agent_ui/web/src/i18n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_they_are_those_of_the_page(language: str) -> None:
    text = (WEB / language / "reports.ts").read_text(encoding="utf-8")
    place = language == "en"
    for name, words in (("titles", TITLES | campaign_sheet.TITLES), ("axes", AXES), ("figures", FIGURES)):
        block = re.search(rf"\n  {name}: \{{\n(.*?)\n  \}}", text, re.DOTALL)
        assert block is not None
        assert dict(re.findall(r"    (\w+): '([^']*)'", block[1])) == {key: both[place] for key, both in words.items()}
    for name, both in (("total", TOTAL), ("none", NONE), ("pause", PAUSE)):
        assert f"\n  {name}: '{both[place]}'" in text


def test_every_figure_has_a_word() -> None:
    day = Wanted(Axis.DAY, date(2026, 11, 22), date(2026, 11, 22))
    assert line_figures({}, day).keys() | agent_figures({}, {}).keys() | {"occupancy_ratio"} <= FIGURES.keys()
    assert set(AXES) == set(TITLES) == set(Axis)
