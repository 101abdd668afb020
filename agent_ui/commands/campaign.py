"""`callroom campaign …`: campaigns from a terminal, while Callroom serves or not."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from agent_ui.commands.campaign_report import add_report_arguments, print_report
from agent_ui.config import load_config
from agent_ui.errors import ApiError
from agent_ui.joints.campaign_law import asking_consent, uncovered_by
from agent_ui.joints.campaign_steps import leads_added, take_step
from agent_ui.joints.campaigns import house_policy
from agent_ui.joints.lead_why import LeadWhy
from agent_ui.memory import Memory, open_memory
from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.domain.countries import COUNTRIES, HOUSE
from crm_core.domain.encodings import CHOICES
from crm_core.due_leads import DueLeads
from crm_core.errors import NotFound
from crm_core.importing.file_format import FileFormat
from crm_core.importing.importer import Preview
from crm_core.importing.lead_importer import LeadCounts, LeadImporter, preview_leads
from crm_core.importing.lead_saving import Target
from crm_core.importing.workbook import unfold
from crm_core.lead_lists import Progress
from crm_core.leads import NO_CONSENT, LeadFilter
from crm_core.shown_numbers import ShownNumbers
from cti.clock import SystemClock
from dialer.domain.campaign import CampaignStep
from dialer.showing import Showing, ShownCalls

_BAR_CELLS = 30
_NO_CONSENT_CURE = (
    f"{NO_CONSENT}: nobody knows that they agreed to be called, and a policy asks for it; import them onto a list with"
    " a column “Consent date” (the list without it removed first), or note it on the campaign's page under “Why?”"
)
_STEPS = {"start": CampaignStep.STARTED, "pause": CampaignStep.PAUSED, "stop": CampaignStep.FINISHED}
_STEP_HELP = {
    "start": "let it call people",
    "pause": "place no new calls; those that are going on are finished",
    "stop": "finish it for good",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="all campaigns, and how far they are").set_defaults(run=run, action=_list)
    status = actions.add_parser("status", help="one campaign and its lists")
    status.set_defaults(run=run, action=_status)
    take = actions.add_parser("import", help="take people from a file (CSV, XLSX) onto a list of the campaign")
    take.set_defaults(run=run, action=_import)
    for action, help_text in _STEP_HELP.items():
        step = actions.add_parser(action, help=help_text)
        step.add_argument("campaign", help="its number or name")
        step.set_defaults(run=run, action=_step, step=_STEPS[action])
    why = actions.add_parser("why", help="why somebody on its lists is not called now, and when they may be")
    why.set_defaults(run=run, action=_why)
    report = actions.add_parser(
        "report", help="what its attempts came to, by list, hour, day, disposition, caller id or agent"
    )
    add_report_arguments(report)
    report.set_defaults(run=run, action=_report)
    for one in (status, take, why):
        one.add_argument("campaign", help="its number or name")
    why.add_argument("number", help="one of theirs")
    take.add_argument("file", type=Path)
    take.add_argument("--list", metavar="NAME", help="of the list, made if it is not there (the file's name)")
    help_text = f"whose the numbers are that are written as at home ({HOUSE})"
    take.add_argument("--country", choices=COUNTRIES, default=HOUSE, metavar="CC", help=help_text)
    take.add_argument("--encoding", choices=CHOICES, help="of the file, where its bytes do not tell")
    help_text = "leave out who is in another campaign that is not over"
    take.add_argument("--skip-elsewhere", action="store_true", help=help_text)


def run(arguments: argparse.Namespace) -> int:
    """Do it with the database open."""
    return asyncio.run(_with_memory(arguments))


async def _with_memory(arguments: argparse.Namespace) -> int:
    memory = open_memory(load_config(), SystemClock())
    await memory.database.start()
    try:
        return int(await arguments.action(memory, arguments) or 0)
    finally:
        await memory.database.aclose()


async def _found(memory: Memory, wanted: str) -> CampaignRow:
    for row in await memory.campaigns.all():
        if row.name == wanted or str(row.id) == wanted:
            return row
    print("callroom: `callroom campaign list` names those that there are", file=sys.stderr)
    raise NotFound("campaign", wanted)


async def _list(memory: Memory, arguments: argparse.Namespace) -> None:
    del arguments
    totals, rows = await memory.lead_lists.totals(), await memory.campaigns.all()
    if not rows:
        print("no campaigns yet: they are made on the page “Campaigns”, by who signs in as a supervisor")
    for row in rows:
        print(f"{row.id:>4}  {row.state:<12}  {row.name}  ({row.mode}, {row.queue_name})")
        print(f"      {_progress_text(totals.get(row.id, Progress()))}")


async def _status(memory: Memory, arguments: argparse.Namespace) -> None:
    row = await _found(memory, arguments.campaign)
    print(f"{row.id}  {row.name}: {row.state}, {row.mode}, {row.queue_name}, policies {', '.join(row.policies)}")
    for line in _rule_texts(row.rules):
        print(f"  {line}")
    countries = (await memory.lead_lists.countries(row.id)).get(row.id, {})
    without = [f"{name} ({countries[name]:,})" for name in uncovered_by(row.policies, countries)]
    if without:
        print(f"  no policy is for: {', '.join(without)}")
    progress = await memory.lead_lists.progress(row.id)
    if any(NO_CONSENT in one.ended for one in progress.values()):
        print(f"  {_NO_CONSENT_CURE}")
    for one in await memory.lead_lists.of(row.id):
        counted = progress.get(one.id, Progress())
        print(f"  {one.name} (share {one.share})")
        print(f"      {_progress_text(counted)}")
        for why, count in sorted(counted.ended.items()):
            print(f"      {why}: {count:,}")


def _rule_texts(rules: CampaignRules) -> Iterable[str]:
    """Say what keeps it from calling beside the policies."""
    if rules.hours is not None:
        days = (", ".join(f"{since}-{until}" for since, until in day) or "closed" for day in rules.hours)
        yield "own hours, Monday first: " + "; ".join(days)
    caps = ((rules.shown_per_hour, "an hour"), (rules.shown_per_day, "a day"))
    told = [f"at most {most:,} calls {name}" for most, name in caps if most is not None]
    if rules.shown_as or told:
        yield ", ".join([f"shows {', '.join(rules.shown_as) or 'the usual number'}", f"by {rules.shown_by}", *told])


async def _why(memory: Memory, arguments: argparse.Namespace) -> int:
    row, clock, config = await _found(memory, arguments.campaign), SystemClock(), load_config()
    policy, zone = house_policy(config, memory, clock), config.telephone.zone
    showing = Showing(ShownCalls(ShownNumbers(memory.database), zone), policy)
    asked = LeadWhy(DueLeads(memory.database), memory.lead_lists, memory.do_not_call, memory.registers, policy, showing)
    page = await memory.leads.page(LeadFilter(row.id, number=arguments.number))
    if not page.items:
        print(f"callroom: nobody on its lists has the number {arguments.number}", file=sys.stderr)
        return 1
    for lead in page.items:
        answer = await asked.of(lead, row, clock.now())
        print(f"{lead.name or '-'} ({lead.list_name}): {lead.state}")
        for one in answer["reasons"]:
            print(f"  {_reason_text(one, zone)}")
        print(f"  may be called: {_moment_text(answer['next_at'], zone) or 'cannot be told'}")
    return 0


def _reason_text(reason: dict[str, Any], zone: tzinfo) -> str:
    parts = [reason["rule"], reason["detail"], reason["policy"] and f"by {reason['policy']}"]
    times = [f"{name} {_moment_text(reason[name], zone)}" for name in ("since", "until") if reason[name] is not None]
    return " ".join(filter(None, [*parts, *times]))


def _moment_text(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else moment.astimezone(zone).isoformat(" ", "minutes")


async def _report(memory: Memory, arguments: argparse.Namespace) -> None:
    row = await _found(memory, arguments.campaign)
    today = SystemClock().now().astimezone(load_config().telephone.zone).date()
    await print_report(memory, row, arguments, today)


async def _step(memory: Memory, arguments: argparse.Namespace) -> int:
    row = await _found(memory, arguments.campaign)
    try:
        row = await take_step(memory.campaigns, row.id, arguments.step, SYSTEM, SystemClock().now())
    except ApiError as error:
        print(f"callroom: {error.message}", file=sys.stderr)
        return 1
    print(f"{row.name}: {row.state}")
    return 0


async def _import(memory: Memory, arguments: argparse.Namespace) -> int:
    row, path = await _found(memory, arguments.campaign), arguments.file
    with TemporaryFile() as source:
        with path.open("rb") as file:
            shutil.copyfileobj(file, source)
        is_workbook = await unfold(source)
        as_ = FileFormat(None if is_workbook else arguments.encoding, arguments.country)
        found = await asyncio.to_thread(preview_leads, source, as_)
        _tell_law(row, found)
        print(", ".join(f"{found.columns[place]}: {field}" for place, field in sorted(found.mapping.items())))
        name = arguments.list or path.stem
        list_id = await _list_called(memory, row, name)
        target = Target(row.id, list_id, arguments.skip_elsewhere, list_name=name, source=path.name)
        importer = LeadImporter(memory.database, SystemClock())
        result = await importer.run(source, found.mapping, target, SYSTEM, _show, as_)
    for bad in result.rejected:
        print(f"line {bad.line}: {bad.message} {bad.value}".rstrip(), file=sys.stderr)
    counts = result.counts
    names = ("created", "barred", "known", "in_campaign", "elsewhere", "rejected_rows")
    print(", ".join(f"{name} {getattr(counts, name):,}" for name in names))
    if counts.created:
        await leads_added(memory.campaigns, row.id)
    return 1 if counts.rejected_rows else 0


async def _list_called(memory: Memory, row: CampaignRow, name: str) -> int | None:
    return next((one.id for one in await memory.lead_lists.of(row.id) if one.name == name), None)


def _tell_law(row: CampaignRow, found: Preview) -> None:
    countries = found.numbers.countries
    print(f"{found.encoding}; rows by country: " + ", ".join(f"{name} {rows:,}" for name, rows in countries.items()))
    without = uncovered_by(row.policies, countries)
    if without:
        print(f"callroom: no policy of the campaign is for {', '.join(without)}", file=sys.stderr)
    asking = asking_consent(row.policies)
    if asking and "consent_at" not in found.mapping.values():
        told = "asks for consent, and no column “Consent date” says when it was given: nobody will be called"
        print(f"callroom: the policy {', '.join(asking)} {told}", file=sys.stderr)


def _show(counts: LeadCounts) -> bool:
    if sys.stderr.isatty():
        bar = _bar([("█", counts.done)], counts.row_count)
        end = "\n" if counts.done == counts.row_count else ""
        print(f"\r{bar} {counts.done:,} of {counts.row_count:,}", end=end, file=sys.stderr, flush=True)
    return True


def _progress_text(progress: Progress) -> str:
    parts = [("█", progress.reached), ("▓", progress.not_reached), ("▒", progress.barred)]
    names = ("reached", "not_reached", "barred", "dialing", "waiting")
    counts = ", ".join(f"{name} {getattr(progress, name):,}" for name in names)
    return f"{_bar(parts, progress.all)} {progress.all:,} people: {counts}"


def _bar(parts: Iterable[tuple[str, int]], total: int) -> str:
    cells = "".join(sign * round(_BAR_CELLS * count / total) for sign, count in parts) if total else ""
    return f"{cells[:_BAR_CELLS]:░<{_BAR_CELLS}}"
