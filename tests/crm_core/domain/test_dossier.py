import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from crm_core.domain.columns import suggest
from crm_core.domain.dossier import CUSTOMER_HEADINGS, customer_csv, table_csv, to_csv, to_html, to_json
from crm_core.domain.import_row import read_row
from crm_core.domain.table_file import open_table

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CUSTOMER: dict[str, Any] = {
    "name": "=cmd|'/c calc'!A1",
    "company": "@远航",
    "phones": ({"raw": "+86 138 0013 8000", "display": "x"}, {"raw": "", "display": "0755-12345678"}),
    "emails": ({"address": "a@b.cn"},),
    "level": "vip",
    "language": "zh",
    "tags": ("老客户", "-1"),
    "notes": "-2+3\n第二行",
    "contacts": ({"name": "+王五"},),
}


def cells(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_no_cell_starts_a_formula() -> None:
    heading, row = cells(customer_csv(CUSTOMER))
    assert tuple(heading) == CUSTOMER_HEADINGS
    assert row[:3] == ["'=cmd|'/c calc'!A1", "'@远航", "'+86 138 0013 8000；0755-12345678"]
    for cell in row:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_the_file_is_imported_again_as_the_same_customer() -> None:
    table = open_table(customer_csv(CUSTOMER).encode())
    lines = [row.cells for row in table.rows()]
    mapping = suggest(CUSTOMER_HEADINGS)
    assert sorted(mapping.values()) == sorted(
        ["name", "company", "phone", "email", "level", "language", "tags", "notes", "contact"]
    )
    (row,) = [read_row(2, lines[-1], mapping, len(CUSTOMER_HEADINGS))]
    assert row.problems == []
    assert [phone.key for phone in row.phones] == ["+8613800138000", "+8675512345678"]
    assert (row.values["name"], row.values["company"], row.values["notes"]) == (
        CUSTOMER["name"],
        CUSTOMER["company"],
        CUSTOMER["notes"],
    )


def test_a_customer_with_next_to_nothing() -> None:
    bare = {**CUSTOMER, "phones": (), "emails": (), "contacts": (), "tags": ()}
    assert cells(customer_csv(bare))[1][2:4] == ["", ""]


def test_tables_of_any_rows() -> None:
    rows = [{"at": AT, "n": 1, "detail": {"a": [1]}, "none": None, "text": "=1"}]
    assert cells(table_csv(rows)) == [
        ["at", "n", "detail", "none", "text"],
        ["2026-11-22T01:00:00+00:00", "1", '{"a": [1]}', "", "'=1"],
    ]
    assert table_csv([]) == to_csv((), [])


def test_json_holds_everything() -> None:
    document = {"customer": {"at": AT, "who": "张"}, "odd": frozenset()}
    assert json.loads(to_json(document)) == {
        "customer": {"at": "2026-11-22T01:00:00+00:00", "who": "张"},
        "odd": "frozenset()",
    }


def test_the_page_is_text_and_nothing_else() -> None:
    page = to_html({"customer": {"name": "<script>x</script>"}, "calls": [{"note": "a\nb", "<b>": 1}], "tasks": []})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "a<br>b" in page
    assert "&lt;b&gt;" in page
    assert "<p>–</p>" in page
    assert "Timeline" not in page
