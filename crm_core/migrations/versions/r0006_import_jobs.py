"""Imports that one can watch, stop and look back at."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0006"
down_revision = "0005"

COUNTS = ("row_count", "done", "created", "updated", "unchanged", "rejected_rows")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "import_jobs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("rejected", JSON_VALUE, nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_import_jobs_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
    )
    op.create_index(op.f("ix_import_jobs_state"), "import_jobs", ["state"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("import_jobs")
