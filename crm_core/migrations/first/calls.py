"""First tables of calls, as they were in revision 0001."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime


def create_calls() -> None:
    """Create `calls`."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("number_raw", sa.String(length=64), nullable=True),
        sa.Column("caller_name", sa.String(length=200), nullable=False),
        sa.Column("dialed", sa.String(length=64), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("queue_id", BIG_ID, nullable=True),
        sa.Column("agent_id", BIG_ID, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=True),
        sa.Column("talk_started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.Column("cause", sa.Integer(), nullable=True),
        sa.Column("waited_s", sa.Double(), nullable=False),
        sa.Column("talked_s", sa.Double(), nullable=False),
        sa.Column("disposition", sa.String(length=64), nullable=True),
        sa.Column("disposed_at", UtcDateTime(), nullable=True),
        sa.Column("disposed_by", BIG_ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_calls_agent_id_users")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_calls_customer_id_customers"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["disposed_by"], ["users.id"], name=op.f("fk_calls_disposed_by_users")),
        sa.ForeignKeyConstraint(["disposition"], ["dispositions.code"], name=op.f("fk_calls_disposition_dispositions")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_calls_queue_id_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )


def index_calls() -> None:
    """Index `calls`."""
    op.create_index(op.f("ix_calls_agent_id_started_at_id"), "calls", ["agent_id", "started_at", "id"], unique=False)
    op.create_index(
        op.f("ix_calls_customer_id_started_at_id"), "calls", ["customer_id", "started_at", "id"], unique=False
    )
    op.create_index(op.f("ix_calls_ended_at"), "calls", ["ended_at"], unique=False)
    op.create_index(op.f("ix_calls_number_started_at_id"), "calls", ["number", "started_at", "id"], unique=False)
    op.create_index(op.f("ix_calls_queue_id_started_at_id"), "calls", ["queue_id", "started_at", "id"], unique=False)
    op.create_index(op.f("ix_calls_started_at_id"), "calls", ["started_at", "id"], unique=False)


def create_messages() -> None:
    """Create `messages`."""
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("queue_id", BIG_ID, nullable=True),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("number_raw", sa.String(length=64), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", BIG_ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_messages_customer_id_customers"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["done_by"], ["users.id"], name=op.f("fk_messages_done_by_users")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_messages_queue_id_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_messages_key")),
    )
    op.create_index(op.f("ix_messages_call_id"), "messages", ["call_id"], unique=False)
    op.create_index(op.f("ix_messages_customer_id"), "messages", ["customer_id"], unique=False)
    op.create_index(op.f("ix_messages_state_at_id"), "messages", ["state", "at", "id"], unique=False)


def create_call_events() -> None:
    """Create `call_events`."""
    op.create_table(
        "call_events",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("leg_id", sa.String(length=64), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seq", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("detail", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_events_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_call_events")),
    )
    op.create_index(op.f("ix_call_events_call_id_at_seq"), "call_events", ["call_id", "at", "seq"], unique=False)


def create_call_legs() -> None:
    """Create `call_legs`."""
    op.create_table(
        "call_legs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("agent_id", BIG_ID, nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("talk_started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("talked_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_call_legs_agent_id_users")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_legs_call_id_calls"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_legs")),
    )
    op.create_index(op.f("ix_call_legs_agent_id_started_at"), "call_legs", ["agent_id", "started_at"], unique=False)
    op.create_index(op.f("ix_call_legs_call_id_started_at"), "call_legs", ["call_id", "started_at"], unique=False)


def create_recordings() -> None:
    """Create `recordings`."""
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=True),
        sa.Column("agent_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("size_bytes", BIG_ID, nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("peaks_path", sa.String(length=200), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_recordings_agent_id_users")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id_calls"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_call_id"), "recordings", ["call_id"], unique=False)
    op.create_index(op.f("ix_recordings_state_started_at"), "recordings", ["state", "started_at"], unique=False)
