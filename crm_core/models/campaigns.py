"""Tables of outbound campaigns: jobs, their lists, the people on them, their numbers, and each dialing of one."""

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import (
    BIG_ID,
    Id,
    Instant,
    JsonList,
    JsonMap,
    Name,
    OptionalInstant,
    OptionalShort,
    Short,
    TextId,
)

_TO_DIAL = text("state = 'waiting' AND for_user_id IS NULL")
_ANSWERED = text("connected_at IS NOT NULL OR abandoned")
# as it writes the question, or it does not see that the index answers it
_ANSWERED_SQLITE = text("connected_at IS NOT NULL OR abandoned = 1")


class Campaign(Table):
    """A job: `mode` and `state` in the words of `dialer.domain`; its agents are those of `queue_id`.

    `rules` holds what a manager may set beyond the columns (shape: `crm_core.domain.campaign_rules`), `policies` the
    names of the policies that hold, all at once. Nothing is ever called without a policy's hours.
    """

    __tablename__ = "campaigns"

    id: Mapped[Id]
    name: Mapped[Name]
    mode: Mapped[Short]
    state: Mapped[Short]
    queue_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("queues.id"), index=True)
    policies: Mapped[JsonList]
    rules: Mapped[JsonMap]
    starts_at: Mapped[OptionalInstant]
    ends_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    changed_at: Mapped[Instant]
    version: Mapped[int]


class LeadList(Table):
    """People of one campaign who came together; `share` is its part in the mix, 0 takes nobody from it.

    `countries`: how many came onto it, by the countries of their numbers.
    """

    __tablename__ = "lead_lists"

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    source: Mapped[Name]
    share: Mapped[int]
    countries: Mapped[JsonMap] = mapped_column(server_default="{}")
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))


class Lead(Table):
    """Somebody to reach. `state`: waiting, reserved (an agent looks at it before it is dialed), dialing (an attempt has
    it), done or barred; `why` says why it is over.

    While it waits, `due_at` is the first moment at which it may be tried; `zones` are all time zones that the person
    may be in. `rank` is drawn once, for a random order. `next_number_id`: None: the first that is not dead.
    `consent_at`: when they agreed to be called, as `consent_source` says; None: nobody knows that they did.
    """

    __tablename__ = "leads"
    __table_args__ = (
        Index(None, "list_id", "state", "due_at", "id"),
        Index(None, "campaign_id", "state", "due_at", "id"),
        Index(None, "campaign_id", "list_id", "state", "why", "last_verdict"),
        Index(None, "for_user_id", "state", "due_at"),
        # the dialer's orders, each without whoever is not its to dial
        Index(None, "list_id", "priority", "due_at", "id", sqlite_where=_TO_DIAL, postgresql_where=_TO_DIAL),
        Index(None, "list_id", "rank", "id", "due_at", sqlite_where=_TO_DIAL, postgresql_where=_TO_DIAL),
        Index(None, "list_id", "id", "due_at", sqlite_where=_TO_DIAL, postgresql_where=_TO_DIAL),
    )

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("campaigns.id", ondelete="CASCADE"))
    list_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("lead_lists.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    name: Mapped[Name]
    zones: Mapped[JsonList]
    custom: Mapped[JsonMap]
    language: Mapped[Short]
    priority: Mapped[int]
    rank: Mapped[int]
    for_user_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    state: Mapped[Short]
    why: Mapped[Short]
    due_at: Mapped[Instant]
    next_number_id: Mapped[int | None] = mapped_column(BIG_ID)
    attempts: Mapped[int]
    last_verdict: Mapped[OptionalShort]
    last_attempt_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]
    consent_at: Mapped[OptionalInstant]
    consent_source: Mapped[Name]


class LeadReservation(Table):
    """Somebody who is shown to an agent, and nobody else's meanwhile; an agent has one at most."""

    __tablename__ = "lead_reservations"

    lead_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id"), unique=True)
    reserved_at: Mapped[Instant]
    until: Mapped[Instant]


class LeadNumber(Table):
    """A number of a lead, as it is dialed (E.164); `key` is how it is looked up. `dead` is a verdict, or None."""

    __tablename__ = "lead_numbers"
    __table_args__ = (Index(None, "lead_id", "position"),)

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("campaigns.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("leads.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[Short]
    key: Mapped[str] = mapped_column(String(64), index=True)
    dead: Mapped[OptionalShort]


class CampaignPace(Table):
    """What the pacing of a campaign has learned, in the words of `dialer.domain.learned`."""

    __tablename__ = "campaign_paces"

    campaign_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    learned: Mapped[JsonMap]
    saved_at: Mapped[Instant]


class LeadImport(Table):
    """A file of people on its way onto a list, or what became of it; the rows themselves are not kept.

    `list_id`: None while the list is not made, which is when the first of them is on it.
    """

    __tablename__ = "lead_imports"
    __table_args__ = (Index(None, "campaign_id", "started_at"), Index(None, "state"))

    id: Mapped[TextId]
    campaign_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("campaigns.id", ondelete="CASCADE"))
    list_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("lead_lists.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    file_name: Mapped[Name]
    state: Mapped[Short]
    row_count: Mapped[int]
    done: Mapped[int]
    created: Mapped[int]
    barred: Mapped[int]
    known: Mapped[int]
    in_campaign: Mapped[int]
    elsewhere: Mapped[int]
    rejected_rows: Mapped[int]
    rejected: Mapped[JsonList]
    error: Mapped[Name]
    started_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]


_LISTENED = text("listened_ms IS NOT NULL")
# written out in the question, too: with a bound value neither database would see that the index serves it
DIALED = text("state <> 'cancelled'")
_REPORTED = (
    *("campaign_id", "planned_at", "list_id", "shown_as", "verdict", "disposition", "state"),
    *("abandoned", "converted", "connected_at", "ended_at", "lead_id", "response", "agent_id"),
)


class Attempt(Table):
    """One dialing of one number. `attempt_id` is the call's id; the row is there before anybody is dialed.

    `state` in the words of `dialer.domain.outcome`, `verdict` of `dialer.domain.verdict`; `checks` is what allowed it
    (policies, hours in every zone, do-not-call, caps), as it was at that moment; `terms`: what was to be done with
    whoever answered. Times are None until they were. `abandoned`: it counts against the limit, also where they were
    connected too late.

    What they answered to a machine of ours: `keys` pressed, for how long they listened, and what they chose
    (`response`; of who asked for an agent, what became of that). `disposition` is what the agent said of it,
    `open_disposition` while nothing came of that yet; `converted`: it means success. `again_at` is when they asked to
    be called again, `again_for_user_id` by whom.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        Index(None, "campaign_id", "planned_at"),
        Index(None, "campaign_id", "verdict", "planned_at", "attempt_id"),
        Index(
            "ix_attempts_campaign_id_planned_at_answered",
            "campaign_id",
            "planned_at",
            "abandoned",
            "verdict",
            "connected_at",
            sqlite_where=_ANSWERED_SQLITE,
            postgresql_where=_ANSWERED,
        ),
        Index(None, "lead_id", "planned_at"),
        Index(None, "number_key", "planned_at"),
        Index(None, "state", "planned_at"),
        Index(None, "customer_id", "planned_at"),
        Index(None, "campaign_id", "converted", "planned_at"),
        Index(None, "shown_as", "planned_at", sqlite_where=DIALED, postgresql_where=DIALED),
        # all that reports of campaigns are made of: the rows themselves are ten times as large
        Index("ix_attempts_campaign_id_planned_at_reported", *_REPORTED),
        Index(
            "ix_attempts_campaign_id_response_listened",
            *("campaign_id", "response", "listened_ms", "keys"),
            sqlite_where=_LISTENED,
            postgresql_where=_LISTENED,
        ),
    )

    attempt_id: Mapped[TextId]
    campaign_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("campaigns.id", ondelete="CASCADE"))
    list_id: Mapped[int | None] = mapped_column(BIG_ID)
    lead_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("leads.id", ondelete="SET NULL"))
    number_id: Mapped[int | None] = mapped_column(BIG_ID)
    customer_id: Mapped[int | None] = mapped_column(BIG_ID)
    number: Mapped[Short]
    number_key: Mapped[Short]
    shown_as: Mapped[Short]
    checks: Mapped[JsonMap]
    terms: Mapped[JsonMap]
    state: Mapped[Short]
    planned_at: Mapped[Instant]
    rang_at: Mapped[OptionalInstant]
    answered_at: Mapped[OptionalInstant]
    connected_at: Mapped[OptionalInstant]
    ended_at: Mapped[OptionalInstant]
    agent_id: Mapped[int | None] = mapped_column(BIG_ID)
    abandoned: Mapped[bool]
    verdict: Mapped[OptionalShort]
    evidence: Mapped[JsonList]
    sip_code: Mapped[int | None]
    q850_cause: Mapped[int | None]
    sip_reason: Mapped[Name]
    end_reason: Mapped[OptionalShort]
    keys: Mapped[OptionalShort]
    listened_ms: Mapped[int | None]
    response: Mapped[OptionalShort]
    disposition: Mapped[OptionalShort]
    open_disposition: Mapped[OptionalShort] = mapped_column(index=True)
    converted: Mapped[bool] = mapped_column(default=False, server_default=false())
    again_at: Mapped[OptionalInstant]
    again_for_user_id: Mapped[int | None] = mapped_column(BIG_ID)
