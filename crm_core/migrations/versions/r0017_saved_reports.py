"""Reports that somebody keeps, and has mailed."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the table."""
    words = [sa.Column(name, sa.String(length=64), nullable=False) for name in ("days", "every", "format")]
    numbers = [sa.Column(name, sa.Integer(), nullable=False) for name in ("minute", "weekday", "monthday", "tries")]
    moments: list[sa.Column[object]] = [
        sa.Column(name, UtcDateTime(), nullable=True) for name in ("next_at", "due_at", "last_at")
    ]
    op.create_table(
        "saved_reports",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("choices", JSON_VALUE, nullable=False),
        *words,
        *numbers,
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recipients", JSON_VALUE, nullable=False),
        *moments,
        sa.Column("last_result", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_saved_reports_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reports")),
    )
    op.create_index(op.f("ix_saved_reports_next_at"), "saved_reports", ["next_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("saved_reports")
