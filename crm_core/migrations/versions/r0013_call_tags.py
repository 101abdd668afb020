"""Tags that calls are marked with."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import JSON_VALUE, UtcDateTime

revision = "0013"
down_revision = "0012"

TAGS = (
    ("complaint", "投诉", "Complaint", "red"),
    ("urgent", "紧急", "Urgent", "amber"),
    ("follow_up", "需跟进", "Follow up", "teal"),
    ("praise", "表扬", "Praise", "green"),
)


def upgrade() -> None:
    """Some to begin with; no call has one."""
    tags = op.create_table(
        "call_tags",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label_zh", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("color", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_call_tags")),
    )
    names = ("code", "label_zh", "label_en", "color")
    rows = [{**dict(zip(names, tag, strict=True)), "active": True, "sort": 10 * n} for n, tag in enumerate(TAGS, 1)]
    op.bulk_insert(tags, rows)
    op.add_column("calls", sa.Column("tags", JSON_VALUE, nullable=False, server_default="[]"))
    op.create_table(
        "tagged_calls",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["tag"], ["call_tags.code"], name=op.f("fk_tagged_calls_tag_call_tags")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_tagged_calls_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag", "started_at", "call_id", name=op.f("pk_tagged_calls")),
    )
    op.create_index(op.f("ix_tagged_calls_call_id"), "tagged_calls", ["call_id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("tagged_calls")
    with op.batch_alter_table("calls") as table:
        table.drop_column("tags")
    op.drop_table("call_tags")
