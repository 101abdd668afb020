"""Reports as files."""

import csv
import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent_ui.reporting.sheet import COUNT, RATIO, SECONDS, TEXT, Sheet
from agent_ui.reporting.tabulating import make_sheet
from agent_ui.reporting.words import FIGURES
from agent_ui.reporting.writer import write_csv, write_xlsx
from crm_core.domain.report import OF_ORDERS, OF_PEOPLE, WITHOUT_ORDERS, Axis, Wanted, agent_figures, line_figures
from crm_core.reports.answers import Answer, Line

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2026, 11, 22)
EVIL = '=HYPERLINK("http://x")'
KEYS = {
    Axis.INTERVAL: {"day": "2026-11-22", "label": "09:00", "slot": 36},
    Axis.CLOCK: {"clock": 36, "label": "09:00"},
    Axis.DAY: {"day": "2026-11-22"},
    Axis.WEEK: {"day": "2026-11-16"},
    Axis.MONTH: {"month": "2026-11", "day": "2026-11-01"},
    Axis.QUEUE: {"queue_id": 1, "name": EVIL},
    Axis.AGENT: {"agent_id": 1, "name": "Ann"},
    Axis.TEAM: {"team_id": 1, "name": "Hotline"},
    Axis.NUMBER: {"number": "4001", "name": "Main"},
    Axis.DISPOSITION: {"disposition": "order", "label_zh": "下单", "label_en": "Order"},
    Axis.HEAT: {"weekday": 6, "hour": 9, "days": 1},
}


def answer(axis: Axis) -> Answer:
    wanted = Wanted(axis, DAY, DAY)
    sums = {"offered": 4, "answered": 3, "answered_20": 3, "wait_ms": 30_000, "handled": 3, "talk_ms": 271_500}
    figures = agent_figures(sums | {"talks": 3}, {}) if axis in OF_PEOPLE else line_figures(sums, wanted)
    pauses = {"meal": 1800.0} if axis in OF_PEOPLE else {}
    return Answer(wanted, AT, 0, [Line(KEYS[axis], figures, pauses)], Line({}, figures, pauses))


@pytest.mark.parametrize("axis", list(Axis))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_report_is_a_table(axis: Axis, language: str) -> None:
    sheet = make_sheet(answer(axis), language, {"meal": ("用餐", "Meal")})
    assert {len(row) for row in sheet.rows} == {len(sheet.head)} == {len(sheet.kinds)}
    assert sheet.rows[-1][0] == ("合计" if language == "zh" else "Total")
    shown = FIGURES["answered"][language == "en"]
    assert [row[sheet.head.index(shown)] for row in sheet.rows] == [3, 3]
    if axis in OF_PEOPLE:
        assert sheet.head[-1] == ("示忙：用餐" if language == "zh" else "Pause: Meal")
        assert sheet.rows[0][-1] == 1800.0


def test_people_in_no_team_have_a_line_without_a_name() -> None:
    told = answer(Axis.TEAM)
    told.lines.append(Line({"team_id": 0, "name": ""}, told.total.figures))
    told.lines.append(Line({"team_id": 7, "name": ""}, told.total.figures))
    assert [row[0] for row in make_sheet(told, "en", {}).rows] == ["Hotline", "(none)", "#7", "Total"]


def test_callbacks_by_form_are_columns_where_somebody_could_order_them() -> None:
    own = {FIGURES[name][1] for name in OF_ORDERS}
    for axis in Axis:
        shown = own & set(make_sheet(answer(axis), "en", {}).head)
        assert shown == (set() if axis in (*OF_PEOPLE, *WITHOUT_ORDERS) else own), axis


SHEET = Sheet(
    "T", ["Queue", "Calls", "Rate", "Time"], [TEXT, COUNT, RATIO, SECONDS], [[EVIL, -4, 0.5, 90.0], ["b", None, 1, 0]]
)


def test_a_csv_is_read_by_excel_and_calculates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_csv(path, SHEET, io.StringIO())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert rows == [["Queue", "Calls", "Rate", "Time"], [f"'{EVIL}", "-4", "0.5", "90.0"], ["b", "", "1", "0"]]


def test_a_workbook_has_numbers_and_no_formulas(tmp_path: Path) -> None:
    path, told = tmp_path / "r.xlsx", io.StringIO()
    write_xlsx(path, Sheet("T", SHEET.head, SHEET.kinds, SHEET.rows * 300), told)
    assert told.getvalue() == "500\n"
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "HYPERLINK" in page, "as text"
    assert "<v>0.5</v>" in page
    assert f"<v>{90 / 86_400:.16G}"[:14] in page


def test_the_process_that_writes_is_not_the_whole_program() -> None:
    """One begins for every file and every mail; nor does the program carry what writes workbooks."""
    heavy = {"sqlalchemy", "aiohttp", "xlsxwriter"}
    asked = "import sys, agent_ui.reporting.{}; print(*sys.modules)"
    loaded = [
        heavy & set(subprocess.check_output([sys.executable, "-c", asked.format(module)], text=True).split())
        for module in ("writer", "making")
    ]
    assert loaded == [{"xlsxwriter"}, {"sqlalchemy"}]
