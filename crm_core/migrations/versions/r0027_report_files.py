"""Files that are made of reports, so that a restart loses none."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the table."""
    words = [sa.Column(name, sa.String(length=64), nullable=False) for name in ("state", "format", "error")]
    numbers = [sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "row_count", "tries")]
    days = [sa.Column(name, sa.Date(), nullable=False) for name in ("first", "last")]
    op.create_table(
        "report_files",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("choices", JSON_VALUE, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", BIG_ID, nullable=False),
        *words,
        *numbers,
        *days,
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_report_files_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_files")),
    )
    op.create_index(op.f("ix_report_files_user_id_wanted_at"), "report_files", ["user_id", "wanted_at"])
    op.create_index(op.f("ix_report_files_state_wanted_at"), "report_files", ["state", "wanted_at"])


def downgrade() -> None:
    """Forget them; the files themselves are removed by the program, which knows none of them."""
    op.drop_table("report_files")
