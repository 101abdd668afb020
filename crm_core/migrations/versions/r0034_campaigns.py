"""Outbound campaigns: jobs, lists, leads with their numbers, and attempts."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """There is no campaign yet."""
    _campaigns()
    _lists()
    _leads()
    _numbers()
    _imports()
    _attempts()


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("queue_id", BIG_ID, nullable=False),
        sa.Column("policies", JSON_VALUE, nullable=False),
        sa.Column("rules", JSON_VALUE, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_campaigns_created_by_users")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_campaigns_queue_id_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index(op.f("ix_campaigns_queue_id"), "campaigns", ["queue_id"])


def _lists() -> None:
    op.create_table(
        "lead_lists",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_lead_lists_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_lead_lists_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_lists")),
    )
    op.create_index(op.f("ix_lead_lists_campaign_id"), "lead_lists", ["campaign_id"])


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zones", JSON_VALUE, nullable=False),
        sa.Column("custom", JSON_VALUE, nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("for_user_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("next_number_id", BIG_ID, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_verdict", sa.String(length=64), nullable=True),
        sa.Column("last_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_leads_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_leads_customer_id_customers"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["for_user_id"], ["users.id"], name=op.f("fk_leads_for_user_id_users")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["lead_lists.id"], name=op.f("fk_leads_list_id_lead_lists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    op.create_index(op.f("ix_leads_campaign_id_state_due_at_id"), "leads", ["campaign_id", "state", "due_at", "id"])
    counted = ["campaign_id", "list_id", "state", "why", "last_verdict"]
    op.create_index(op.f("ix_leads_campaign_id_list_id_state_why_last_verdict"), "leads", counted)
    op.create_index(op.f("ix_leads_customer_id"), "leads", ["customer_id"])
    op.create_index(op.f("ix_leads_for_user_id_state_due_at"), "leads", ["for_user_id", "state", "due_at"])
    op.create_index(op.f("ix_leads_list_id_state_due_at_id"), "leads", ["list_id", "state", "due_at", "id"])


def _numbers() -> None:
    op.create_table(
        "lead_numbers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("lead_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("dead", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_lead_numbers_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_lead_numbers_lead_id_leads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_numbers")),
    )
    op.create_index(op.f("ix_lead_numbers_key"), "lead_numbers", ["key"])
    op.create_index(op.f("ix_lead_numbers_lead_id_position"), "lead_numbers", ["lead_id", "position"])


def _imports() -> None:
    numbers = ("row_count", "done", "created", "barred", "known", "in_campaign", "elsewhere", "rejected_rows")
    op.create_table(
        "lead_imports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("rejected", JSON_VALUE, nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_lead_imports_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["lead_lists.id"], name=op.f("fk_lead_imports_list_id_lead_lists"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_lead_imports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_imports")),
    )
    op.create_index(op.f("ix_lead_imports_campaign_id_started_at"), "lead_imports", ["campaign_id", "started_at"])
    op.create_index(op.f("ix_lead_imports_list_id"), "lead_imports", ["list_id"])
    op.create_index(op.f("ix_lead_imports_state"), "lead_imports", ["state"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("list_id", BIG_ID, nullable=True),
        sa.Column("lead_id", BIG_ID, nullable=True),
        sa.Column("number_id", BIG_ID, nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("number_key", sa.String(length=64), nullable=False),
        sa.Column("shown_as", sa.String(length=64), nullable=False),
        sa.Column("checks", JSON_VALUE, nullable=False),
        sa.Column("terms", JSON_VALUE, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("rang_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("connected_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("agent_id", BIG_ID, nullable=True),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=True),
        sa.Column("evidence", JSON_VALUE, nullable=False),
        sa.Column("sip_code", sa.Integer(), nullable=True),
        sa.Column("q850_cause", sa.Integer(), nullable=True),
        sa.Column("sip_reason", sa.String(length=200), nullable=False),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_attempts_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_attempts_lead_id_leads"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_campaign_id_planned_at"), "attempts", ["campaign_id", "planned_at"])
    op.create_index(op.f("ix_attempts_customer_id_planned_at"), "attempts", ["customer_id", "planned_at"])
    op.create_index(op.f("ix_attempts_lead_id_planned_at"), "attempts", ["lead_id", "planned_at"])
    op.create_index(op.f("ix_attempts_number_key_planned_at"), "attempts", ["number_key", "planned_at"])
    op.create_index(op.f("ix_attempts_state_planned_at"), "attempts", ["state", "planned_at"])


def downgrade() -> None:
    """Forget all campaigns, and whom they called."""
    for name in ("attempts", "lead_imports", "lead_numbers", "leads", "lead_lists", "campaigns"):
        op.drop_table(name)
