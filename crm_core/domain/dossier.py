"""What is held about one person, as files that a person and a program can read."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from crm_core.domain.cells import safe_cell

Row = Mapping[str, Any]
# The import's own headings, so that the file can be imported elsewhere.
CUSTOMER_HEADINGS = ("姓名", "公司", "电话", "邮箱", "级别", "语言", "标签", "备注", "联系人")
TITLES = {
    "customer": "客户 · Customer",
    "timeline": "时间线 · Timeline",
    "tasks": "待办 · Open items",
    "calls": "通话 · Calls",
    "events": "通话事件 · Call events",
    "recordings": "录音 · Recordings",
    "messages": "留言和回拨 · Voicemails and callbacks",
    "callbacks": "待回电 · Callbacks that were promised",
    "do_not_call": "拒呼名单 · Do-not-call list",
    "leads": "外呼名单 · Lists of campaigns",
    "attempts": "外呼记录 · Calls by campaigns",
    "audit": "审计记录 · Audit entries",
}
_STYLE = (
    "body{font:14px/1.5 sans-serif;margin:2em}table{border-collapse:collapse}"
    "td,th{border:1px solid #bbb;padding:2px 8px;text-align:left;vertical-align:top}"
)


def to_json(document: Mapping[str, Any]) -> str:
    """Everything, for a program."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain)


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table for a spreadsheet, none of whose cells is a formula; the mark at its start says that it is UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([safe_cell(heading) for heading in headings])
    for row in rows:
        writer.writerow([safe_cell(_cell(value)) for value in row])
    return "\ufeff" + file.getvalue()


def customer_csv(customer: Row) -> str:
    """The customer in one row, as the import reads it."""
    row = (
        customer["name"],
        customer["company"],
        "；".join(phone["raw"] or phone["display"] for phone in customer["phones"]),
        "；".join(email["address"] for email in customer["emails"]),
        customer["level"],
        customer["language"],
        "，".join(customer["tags"]),
        customer["notes"],
        next((person["name"] for person in customer["contacts"]), ""),
    )
    return to_csv(CUSTOMER_HEADINGS, [row])


def table_csv(rows: Sequence[Row]) -> str:
    """Rows with their own columns; nothing for none."""
    return to_csv(tuple(rows[0]), [tuple(row.values()) for row in rows]) if rows else to_csv((), [])


def to_html(document: Mapping[str, Any]) -> str:
    """Everything on one page, for the person; all of it is text."""
    sections = "".join(
        f"<h2>{escape(title)}</h2>{_table(document[name])}" for name, title in TITLES.items() if name in document
    )
    head = f'<meta charset="utf-8"><title>{escape(TITLES["customer"])}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="zh"><head>{head}</head><body>{sections}</body></html>'


def _table(value: Row | Sequence[Row]) -> str:
    if isinstance(value, Mapping):
        lines = "".join(f"<tr><th>{escape(str(name))}</th><td>{_html(item)}</td></tr>" for name, item in value.items())
        return f"<table>{lines}</table>"
    if not value:
        return "<p>–</p>"
    head = "".join(f"<th>{escape(str(name))}</th>" for name in value[0])
    body = "".join("<tr>" + "".join(f"<td>{_html(item)}</td>" for item in row.values()) + "</tr>" for row in value)
    return f"<table><tr>{head}</tr>{body}</table>"


def _html(value: object) -> str:
    return escape(_cell(value)).replace("\n", "<br>")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return str(_plain(value)) if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
