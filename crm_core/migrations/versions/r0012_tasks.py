"""Tasks with a life of their own: for a team, for a caller whom nobody knows, with a reminder; and missed calls."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0012"
down_revision = "0011"

NO_TIME = datetime(9999, 12, 31, tzinfo=UTC)
INDEXES = (
    ("call_id",),
    ("changed_at",),
    ("message_id",),
    ("number", "state"),
    ("owner_id", "queue_id", "state", "sort_at", "id"),
    ("owner_id", "state", "sort_at", "id"),
    ("queue_id", "state", "sort_at", "id"),
    ("state", "remind_at"),
    ("state", "sort_at", "id"),
)
OWNERS = (("queue_id", "queues"), ("created_by", "users"), ("done_by", "users"))


def upgrade() -> None:
    """What was open stays open, and what was done is done; nobody is reminded of old ones."""
    with op.batch_alter_table("tasks") as table:
        table.alter_column("customer_id", existing_type=BIG_ID, nullable=True)
        for column in _columns():
            table.add_column(column)
        for key, owner in OWNERS:
            table.create_foreign_key(op.f(f"fk_tasks_{key}_{owner}"), owner, [key], ["id"])
        table.create_foreign_key(
            op.f("fk_tasks_message_id_messages"), "messages", ["message_id"], ["id"], ondelete="CASCADE"
        )
        table.create_unique_constraint(op.f("uq_tasks_open_key"), ["open_key"])
        table.drop_index(op.f("ix_tasks_owner_id_done_at_due_at"))
    names = ("sort_at", "changed_at", "created_at", "due_at", "done_at")
    tasks = sa.table("tasks", sa.column("state"), *(sa.column(name, UtcDateTime()) for name in names))
    op.execute(sa.update(tasks).where(tasks.c.done_at.is_not(None)).values(state="done"))
    sort_at = sa.func.coalesce(tasks.c.done_at, tasks.c.due_at, sa.literal(NO_TIME, UtcDateTime()))
    op.execute(sa.update(tasks).values(sort_at=sort_at, changed_at=tasks.c.created_at))
    with op.batch_alter_table("tasks") as table:
        for name in ("sort_at", "changed_at"):
            table.alter_column(name, existing_type=UtcDateTime(), nullable=False)
    for columns in INDEXES:
        op.create_index(op.f(f"ix_tasks_{'_'.join(columns)}"), "tasks", list(columns))
    op.add_column("queues", sa.Column("missed_tasks", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("queues", sa.Column("missed_due_s", sa.Double(), nullable=False, server_default="1800"))


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("kind", sa.String(length=64), nullable=False, server_default="follow_up"),
        sa.Column("state", sa.String(length=64), nullable=False, server_default="open"),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("call_id", sa.String(length=64), nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("queue_id", BIG_ID, nullable=True),
        sa.Column("sort_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.Column("open_key", sa.String(length=160), nullable=True),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", BIG_ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ]


def downgrade() -> None:
    """Keep what belongs to a customer, as open items."""
    with op.batch_alter_table("queues") as table:
        table.drop_column("missed_due_s")
        table.drop_column("missed_tasks")
    op.execute(sa.text("DELETE FROM tasks WHERE customer_id IS NULL"))
    for columns in INDEXES:
        op.drop_index(op.f(f"ix_tasks_{'_'.join(columns)}"), "tasks")
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint(op.f("uq_tasks_open_key"), type_="unique")
        for key, owner in (*OWNERS, ("message_id", "messages")):
            table.drop_constraint(op.f(f"fk_tasks_{key}_{owner}"), type_="foreignkey")
        for column in _columns():
            table.drop_column(column.name)
        table.alter_column("customer_id", existing_type=BIG_ID, nullable=False)
        table.create_index(op.f("ix_tasks_owner_id_done_at_due_at"), ["owner_id", "done_at", "due_at"])
