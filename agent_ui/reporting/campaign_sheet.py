"""A report of campaigns becomes a table of cells, in a language: the words of its page."""

from collections.abc import Mapping
from typing import Any

from agent_ui.reporting.sheet import COUNT, RATIO, SECONDS, TEXT, Cell, Sheet
from agent_ui.reporting.words import NONE, TOTAL, word
from crm_core.domain.campaign_report import OF_AGENTS, CampaignAxis
from crm_core.reports.campaigns import CampaignLine, CampaignReport

TITLES: dict[CampaignAxis, tuple[str, str]] = {
    CampaignAxis.CAMPAIGN: ("外呼活动报表", "Campaigns"),
    CampaignAxis.LIST: ("外呼活动：按名单", "Campaigns by list"),
    CampaignAxis.HOUR: ("外呼活动：按小时", "Campaigns by hour of day"),
    CampaignAxis.DAY: ("外呼活动：按日", "Campaigns by day"),
    CampaignAxis.DISPOSITION: ("外呼活动：按通话结果", "Campaigns by disposition"),
    CampaignAxis.CALLER_ID: ("外呼活动：按外显号码", "Campaigns by number shown"),
    CampaignAxis.AGENT: ("外呼活动：按座席", "Campaigns by agent"),
}
HEADS: dict[CampaignAxis, tuple[tuple[str, str], ...]] = {
    CampaignAxis.CAMPAIGN: (("外呼活动", "Campaign"),),
    CampaignAxis.LIST: (("外呼活动", "Campaign"), ("名单", "List")),
    CampaignAxis.HOUR: (("小时", "Hour"),),
    CampaignAxis.DAY: (("日期", "Day"),),
    CampaignAxis.DISPOSITION: (("通话结果", "Disposition"),),
    CampaignAxis.CALLER_ID: (("外显号码", "Number shown"),),
    CampaignAxis.AGENT: (("座席", "Agent"), ("外呼活动", "Campaign")),
}
FIGURES: dict[str, tuple[str, str]] = {
    "attempts": ("外呼量", "Dialed"),
    "people": ("真人接听", "Answered by people"),
    "answer_ratio": ("接听率", "Answer rate"),
    "machines": ("机器应答", "Machines"),
    "busy": ("忙线", "Busy"),
    "no_answer": ("无人接听", "No answer"),
    "dead": ("空号", "Dead numbers"),
    "other": ("其他", "Other"),
    "open": ("进行中", "Going on"),
    "abandoned": ("放弃", "Abandoned"),
    "abandon_ratio": ("放弃率", "Abandonment"),
    "unserved": ("转人工流失", "Asked in vain"),
    "talks": ("通话次数", "Talks"),
    "talk_total_s": ("通话总时长", "Talk, total"),
    "talk_s": ("平均通话时长", "Talk"),
    "disposed": ("已登记结果", "Dispositions"),
    "converted": ("成功", "Conversions"),
    "conversion_ratio": ("转化率", "Conversion"),
    "leads": ("名单人数", "People on lists"),
    "leads_dialed": ("已拨人数", "People dialed"),
    "leads_reached": ("已接通人数", "People reached"),
    "penetration_ratio": ("渗透率", "Penetration"),
    "attempts_per_lead": ("人均拨打次数", "Attempts per person"),
}


def campaign_sheet(report: CampaignReport, language: str) -> Sheet:
    """Put it together."""
    wanted = report.wanted
    head = [word(both, language) for both in HEADS[wanted.axis]]
    names = _names(report)
    said = _said_heads(report, language)
    rows = [
        [*_line_cells(wanted.axis, line.key, language), *_values(line, names), *_said(line, said)]
        for line in report.lines
    ]
    blank: list[Cell] = [""] * (len(head) - 1)
    total = [word(TOTAL, language), *blank, *_values(report.total, names), *_said(report.total, said)]
    title = f"{word(TITLES[wanted.axis], language)} {wanted.first.isoformat()} – {wanted.last.isoformat()}"
    kinds = [*[TEXT] * len(head), *map(_kind, names), *[COUNT] * len(said)]
    heads = [*head, *(word(FIGURES[name], language) for name in names), *said.values()]
    return Sheet(title, heads, kinds, [*rows, total])


def _names(report: CampaignReport) -> list[str]:
    if report.wanted.axis is CampaignAxis.AGENT:
        return [name for name in FIGURES if name in OF_AGENTS]
    lines = (*report.lines, report.total)
    return [name for name in FIGURES if any(line.figures[name] is not None for line in lines)]


def _said_heads(report: CampaignReport, language: str) -> dict[str, str]:
    """By agent, each disposition that was chosen has a column; the most frequent comes first."""
    return {one.code: word((one.label_zh, one.label_en), language) or one.code for one in report.total.dispositions}


def _said(line: CampaignLine, columns: Mapping[str, str]) -> list[Cell]:
    counts = {one.code: one.count for one in line.dispositions}
    return [counts.get(code, 0) for code in columns]


def line_name(axis: CampaignAxis, key: Mapping[str, Any], language: str) -> str:
    """Say in one text which line it is."""
    return " / ".join(str(cell) for cell in _line_cells(axis, key, language))


def _line_cells(axis: CampaignAxis, key: Mapping[str, Any], language: str) -> list[Cell]:
    none = word(NONE, language)
    match axis:
        case CampaignAxis.CAMPAIGN:
            return [key["name"] or f"#{key['campaign_id']}"]
        case CampaignAxis.LIST:
            return [key["campaign"] or f"#{key['campaign_id']}", key["name"] or none]
        case CampaignAxis.HOUR | CampaignAxis.DAY:
            return [f"{key['hour']:02d}:00" if axis is CampaignAxis.HOUR else key["day"]]
        case CampaignAxis.DISPOSITION:
            return [word((key["label_zh"], key["label_en"]), language) or key["disposition"] or none]
        case CampaignAxis.CALLER_ID:
            return [key["shown_as"] or none]
        case CampaignAxis.AGENT:
            return [key["agent"] or f"#{key['agent_id']}", key["campaign"] or f"#{key['campaign_id']}"]


def _values(line: CampaignLine, names: list[str]) -> list[Cell]:
    values = [line.figures[name] for name in names]
    return [round(value, 4) if isinstance(value, float) else value for value in values]


def _kind(name: str) -> str:
    if name.endswith("_ratio"):
        return RATIO
    return SECONDS if name.endswith("_s") else COUNT
