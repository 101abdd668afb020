"""The repositories of the CRM, made once from one database."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from agent_ui.config import Config
from crm_core.articles import Articles
from crm_core.assigned_leads import AssignedLeads
from crm_core.attempt_log import AttemptLog
from crm_core.attempt_proofs import AttemptProofs
from crm_core.audit import AuditLog
from crm_core.bulletins import Bulletins
from crm_core.calendars import Calendars
from crm_core.callback_links import CallbackLinks
from crm_core.calls import Calls
from crm_core.campaign_counts import CampaignCounting
from crm_core.campaigns import Campaigns
from crm_core.customers import Customers
from crm_core.diary.fallback import FallbackCalls
from crm_core.do_not_call import DoNotCall
from crm_core.domain.voicemail_rules import VoicemailRules
from crm_core.flows import EntryNumbers, Flows
from crm_core.importing.jobs import ImportJobs
from crm_core.importing.lead_jobs import LeadImports
from crm_core.lead_cards import LeadCards
from crm_core.lead_lists import LeadLists
from crm_core.leads import Leads
from crm_core.messages import Messages
from crm_core.music import Music
from crm_core.numbers import Numbers
from crm_core.privacy import Privacy
from crm_core.prompts import Prompts
from crm_core.queues import Queues
from crm_core.recordings import Recordings
from crm_core.registers import Registers
from crm_core.report_files import ReportFiles
from crm_core.reports.answers import Reports
from crm_core.reports.attempts_behind import AttemptsBehind
from crm_core.reports.behind import CallsBehind
from crm_core.reports.campaigns import CampaignReports
from crm_core.reports.summary import Summary
from crm_core.saved_reports import SavedReports
from crm_core.scripts import Scripts
from crm_core.sessions import Sessions
from crm_core.storage.database import Database
from crm_core.stored_settings import StoredSettings
from crm_core.tasks import TaskBook
from crm_core.timeline import Timeline
from crm_core.users import Users
from crm_core.views import Views
from crm_core.voicemail_mails import VoicemailMails
from crm_core.wallboards import WallboardLinks
from crm_core.words import CallTags, Dispositions, PauseReasons
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class Memory:
    """One of each."""

    database: Database
    users: Users
    sessions: Sessions
    audit: AuditLog
    settings: StoredSettings
    queues: Queues
    calendars: Calendars
    flows: Flows
    entry_numbers: EntryNumbers
    prompts: Prompts
    music: Music
    dispositions: Dispositions
    pause_reasons: PauseReasons
    tags: CallTags
    scripts: Scripts
    articles: Articles
    customers: Customers
    timeline: Timeline
    tasks: TaskBook
    calls: Calls
    fallback_calls: FallbackCalls
    recordings: Recordings
    messages: Messages
    numbers: Numbers
    import_jobs: ImportJobs
    lead_lists: LeadLists
    leads: Leads
    lead_cards: LeadCards
    assigned_leads: AssignedLeads
    lead_imports: LeadImports
    privacy: Privacy
    views: Views
    wallboards: WallboardLinks
    callback_links: CallbackLinks
    bulletins: Bulletins
    campaigns: Campaigns
    campaign_counting: CampaignCounting
    attempt_log: AttemptLog
    attempt_proofs: AttemptProofs
    do_not_call: DoNotCall
    registers: Registers
    report_sums: Summary
    reports: Reports
    calls_behind: CallsBehind
    saved_reports: SavedReports
    campaign_reports: CampaignReports
    attempts_behind: AttemptsBehind
    report_files: ReportFiles
    voicemail_mails: VoicemailMails


def open_memory(config: Config, clock: Clock) -> Memory:
    """Build the repositories; the database is started by its owner."""
    database = Database(config.database_url)
    return Memory(
        database=database,
        users=Users(database, clock, config.extensions),
        sessions=Sessions(database, clock),
        audit=AuditLog(database, clock),
        settings=StoredSettings(database, clock),
        queues=Queues(database, clock),
        calendars=Calendars(database, clock),
        flows=Flows(database, clock),
        entry_numbers=EntryNumbers(database, clock),
        prompts=Prompts(database, clock),
        music=Music(database, clock),
        dispositions=Dispositions(database, clock),
        pause_reasons=PauseReasons(database, clock),
        tags=CallTags(database, clock),
        scripts=Scripts(database, clock),
        articles=Articles(database, clock),
        customers=Customers(database, clock),
        timeline=Timeline(database, clock),
        tasks=TaskBook(database, clock),
        calls=Calls(database, clock),
        fallback_calls=FallbackCalls(database, config.telephone.area_code or None),
        recordings=Recordings(database, clock),
        messages=Messages(database, clock, VoicemailRules(config.mail.voicemails_to, config.mail.voicemails_language)),
        numbers=Numbers(database, clock),
        import_jobs=ImportJobs(database, clock),
        **_campaigns(database, clock),
        privacy=Privacy(database, clock),
        views=Views(database, config.telephone.area_code or None),
        wallboards=WallboardLinks(database, clock),
        callback_links=CallbackLinks(database, clock),
        bulletins=Bulletins(database, clock),
        do_not_call=DoNotCall(database, clock),
        voicemail_mails=VoicemailMails(database, clock),
        report_files=ReportFiles(database, clock),
        **_figures(database, config.telephone.zone, clock),
    )


def _campaigns(database: Database, clock: Clock) -> dict[str, Any]:
    return {
        "campaigns": Campaigns(database, clock),
        "campaign_counting": CampaignCounting(database, clock),
        "attempt_log": AttemptLog(database),
        "registers": Registers(database, clock),
        "attempt_proofs": AttemptProofs(database),
        "lead_lists": LeadLists(database, clock),
        "leads": Leads(database, clock),
        "lead_cards": LeadCards(database),
        "assigned_leads": AssignedLeads(database, clock),
        "lead_imports": LeadImports(database, clock),
    }


def _figures(database: Database, zone: tzinfo, clock: Clock) -> dict[str, Any]:
    sums = Summary(database, zone, clock)
    return {
        "report_sums": sums,
        "reports": Reports(database, sums, zone, clock),
        "calls_behind": CallsBehind(database, zone),
        "saved_reports": SavedReports(database, clock, zone),
        "campaign_reports": CampaignReports(database, zone, clock),
        "attempts_behind": AttemptsBehind(database, zone),
    }
