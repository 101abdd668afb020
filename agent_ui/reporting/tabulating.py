"""A report's answer becomes a table of cells, in a language."""

from collections.abc import Mapping
from typing import Any

from agent_ui.reporting.sheet import COUNT, RATIO, SECONDS, TEXT, Cell, Sheet
from agent_ui.reporting.words import AXES, FIGURES, HOUR, NONE, PAUSE, TITLES, TOTAL, WEEKDAYS, word
from crm_core.domain.report import OF_ALL, OF_ORDERS, OF_PEOPLE, WITHOUT_ORDERS, Axis
from crm_core.reports.answers import Answer, Line


def make_sheet(answer: Answer, language: str, reasons: Mapping[str, tuple[str, str]]) -> Sheet:
    """Put it together; `reasons` are the words of pauses, in both languages."""
    wanted = answer.wanted
    names = [name for name in answer.total.figures if _is_shown(name, answer)]
    pauses = sorted(answer.total.pauses, key=lambda reason: -answer.total.pauses[reason])
    head = [*_line_head(wanted.axis, language), *(word(FIGURES[name], language) for name in names)]
    for reason in pauses:
        said = word(reasons.get(reason, (reason, reason)), language)
        head.append(word(PAUSE, language).replace("{reason}", said))
    width = len(_line_head(wanted.axis, language))
    total: list[Cell] = [word(TOTAL, language), *[""] * (width - 1), *_values(answer.total, names, pauses)]
    rows = [[*_line_cells(wanted.axis, line.key, language), *_values(line, names, pauses)] for line in answer.lines]
    title = f"{word(TITLES[wanted.axis], language)} {wanted.first.isoformat()} – {wanted.last.isoformat()}"
    kinds = [*[TEXT] * width, *map(_kind, names), *[SECONDS] * len(pauses)]
    return Sheet(title, head, kinds, [*rows, total])


def _is_shown(name: str, answer: Answer) -> bool:
    is_of_all = not answer.wanted.queue_ids and answer.wanted.axis is not Axis.QUEUE
    if name in OF_ORDERS and answer.wanted.axis in WITHOUT_ORDERS:
        return False
    return name in FIGURES and (name not in OF_ALL or is_of_all or answer.wanted.axis in OF_PEOPLE)


def _values(line: Line, names: list[str], pauses: list[str]) -> list[Cell]:
    figures = [line.figures.get(name) for name in names]
    spent = [line.pauses.get(reason, 0.0) for reason in pauses]
    return [round(value, 4) if isinstance(value, float) else value for value in (*figures, *spent)]


def _kind(name: str) -> str:
    if name.endswith("_ratio"):
        return RATIO
    return SECONDS if name.endswith("_s") else COUNT


def _line_head(axis: Axis, language: str) -> list[str]:
    own = word(AXES[axis], language)
    if axis is Axis.INTERVAL:
        return [word(AXES[Axis.DAY], language), own]
    return [own, word(HOUR, language)] if axis is Axis.HEAT else [own]


def _line_cells(axis: Axis, key: Mapping[str, Any], language: str) -> list[Cell]:
    if axis is Axis.HEAT:
        return [word(WEEKDAYS[key["weekday"]], language), key["hour"]]
    if axis is Axis.DISPOSITION:
        said = word((key["label_zh"], key["label_en"]), language)
        return [said or key["disposition"] or word(NONE, language)]
    if axis is Axis.NUMBER:
        return [f"{key['number']} {key['name']}".strip() or word(NONE, language)]
    if axis is Axis.TEAM and not key["team_id"]:
        return [word(NONE, language)]
    if axis in (Axis.QUEUE, Axis.AGENT, Axis.TEAM):
        return [key["name"] or f"#{key.get('queue_id', key.get('agent_id', key.get('team_id')))}"]
    return [key[name] for name in _NAMES.get(axis, ("day",))]


_NAMES = {Axis.INTERVAL: ("day", "label"), Axis.CLOCK: ("label",), Axis.MONTH: ("month",)}
