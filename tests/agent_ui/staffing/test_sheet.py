from agent_ui.reporting.sheet import COUNT, RATIO
from agent_ui.staffing.sheet import HEADS, staffing_sheet
from tests.agent_ui.staffing.test_desk import line


def test_a_plan_is_a_table_in_both_languages() -> None:
    lines = [line(3), line(6, hours=2.0, occupancy_ratio=1 / 3)]
    zh, en = (staffing_sheet(lines, language) for language in ("zh", "en"))
    assert (zh.head[0], en.head[0]) == ("座席数", "Agents")
    assert zh.rows == en.rows
    assert [row[0] for row in en.rows] == [3, 6]
    place = list(HEADS).index("occupancy_ratio")
    assert (en.rows[1][place], en.kinds[place], en.kinds[0]) == (0.3333, RATIO, COUNT)
