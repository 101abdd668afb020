"""First tables of routing, as they were in revision 0001."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime


def create_dispositions() -> None:
    """Create `dispositions`."""
    op.create_table(
        "dispositions",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label_zh", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dispositions")),
    )


def create_flows() -> None:
    """Create `flows`."""
    op.create_table(
        "flows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", JSON_VALUE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flows")),
        sa.UniqueConstraint("name", name=op.f("uq_flows_name")),
    )


def create_pause_reasons() -> None:
    """Create `pause_reasons`."""
    op.create_table(
        "pause_reasons",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label_zh", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_pause_reasons")),
    )


def create_prompts() -> None:
    """Create `prompts`."""
    op.create_table(
        "prompts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompts")),
        sa.UniqueConstraint("name", "language", name=op.f("uq_prompts_name_language")),
    )


def create_queues() -> None:
    """Create `queues`."""
    op.create_table(
        "queues",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ring_timeout_s", sa.Double(), nullable=False),
        sa.Column("wrap_up_s", sa.Double(), nullable=False),
        sa.Column("max_wait_s", sa.Double(), nullable=False),
        sa.Column("overflow_action", sa.String(length=64), nullable=False),
        sa.Column("overflow_prompt", sa.String(length=64), nullable=True),
        sa.Column("overflow_queue_id", BIG_ID, nullable=True),
        sa.Column("announce_every_s", sa.Double(), nullable=False),
        sa.Column("music_class", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        sa.Column("service_level_s", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["overflow_queue_id"], ["queues.id"], name=op.f("fk_queues_overflow_queue_id_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
        sa.UniqueConstraint("name", name=op.f("uq_queues_name")),
    )


def create_entry_numbers() -> None:
    """Create `entry_numbers`."""
    op.create_table(
        "entry_numbers",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("flow_id", BIG_ID, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["flow_id"], ["flows.id"], name=op.f("fk_entry_numbers_flow_id_flows")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entry_numbers")),
    )
    op.create_index(op.f("ix_entry_numbers_flow_id"), "entry_numbers", ["flow_id"], unique=False)


def create_flow_versions() -> None:
    """Create `flow_versions`."""
    op.create_table(
        "flow_versions",
        sa.Column("flow_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", JSON_VALUE, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_flow_versions_flow_id_flows"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name=op.f("fk_flow_versions_saved_by_users")),
        sa.PrimaryKeyConstraint("flow_id", "version", name=op.f("pk_flow_versions")),
    )
