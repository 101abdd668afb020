"""The tables; importing this package makes all of them known to `Table.metadata`."""

from crm_core.models.bulletins import Bulletin, BulletinReceipt
from crm_core.models.callbacks import Callback, CallbackLink, CallbackOrder
from crm_core.models.calls import Call, CallAgent, CallEvent, CallLeg, Message, Recording, TaggedCall
from crm_core.models.campaigns import (
    Attempt,
    Campaign,
    CampaignPace,
    Lead,
    LeadImport,
    LeadList,
    LeadNumber,
    LeadReservation,
)
from crm_core.models.customers import Contact, ContactPoint, Customer, ImportJob, Interaction
from crm_core.models.do_not_call import DoNotCallEntry, DoNotCallRegister
from crm_core.models.guides import Article, ArticleVersion, CallScript, Script, ScriptVersion
from crm_core.models.leases import Lease
from crm_core.models.people import (
    AgentNow,
    AgentStateEntry,
    AuditEntry,
    AuditHead,
    Setting,
    User,
    UserQueue,
    UserSession,
)
from crm_core.models.report_files import ReportFile
from crm_core.models.reports import (
    ReportChange,
    ReportScope,
    ReportShare,
    ReportStay,
    report_agents,
    report_pauses,
    report_quarters,
    report_shifts,
    report_sums,
)
from crm_core.models.routing import (
    BusinessCalendar,
    CallTag,
    Disposition,
    EntryNumber,
    Flow,
    FlowVersion,
    MusicPiece,
    PauseReason,
    Prompt,
    Queue,
)
from crm_core.models.saved_reports import SavedReport
from crm_core.models.table import Table
from crm_core.models.tasks import Task
from crm_core.models.voicemail_mails import VoicemailMail
from crm_core.models.wallboards import WallboardLink

__all__ = [
    "AgentNow",
    "AgentStateEntry",
    "Article",
    "ArticleVersion",
    "Attempt",
    "AuditEntry",
    "AuditHead",
    "Bulletin",
    "BulletinReceipt",
    "BusinessCalendar",
    "Call",
    "CallAgent",
    "CallEvent",
    "CallLeg",
    "CallScript",
    "CallTag",
    "Callback",
    "CallbackLink",
    "CallbackOrder",
    "Campaign",
    "CampaignPace",
    "Contact",
    "ContactPoint",
    "Customer",
    "Disposition",
    "DoNotCallEntry",
    "DoNotCallRegister",
    "EntryNumber",
    "Flow",
    "FlowVersion",
    "ImportJob",
    "Interaction",
    "Lead",
    "LeadImport",
    "LeadList",
    "LeadNumber",
    "LeadReservation",
    "Lease",
    "Message",
    "MusicPiece",
    "PauseReason",
    "Prompt",
    "Queue",
    "Recording",
    "ReportChange",
    "ReportFile",
    "ReportScope",
    "ReportShare",
    "ReportStay",
    "SavedReport",
    "Script",
    "ScriptVersion",
    "Setting",
    "Table",
    "TaggedCall",
    "Task",
    "User",
    "UserQueue",
    "UserSession",
    "VoicemailMail",
    "WallboardLink",
    "report_agents",
    "report_pauses",
    "report_quarters",
    "report_shifts",
    "report_sums",
]
