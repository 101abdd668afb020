"""People who are shown to an agent before they are dialed; what they answered to a machine, and agents said of it."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Of earlier attempts nothing of it is known."""
    op.create_table(
        "lead_reservations",
        sa.Column("lead_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("reserved_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_lead_reservations_lead_id_leads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_lead_reservations_user_id_users")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_reservations")),
        sa.UniqueConstraint("user_id", name=op.f("uq_lead_reservations_user_id")),
    )
    for column in _columns():
        op.add_column("attempts", column)
    op.create_index(op.f("ix_attempts_open_disposition"), "attempts", ["open_disposition"])
    op.create_index(
        op.f("ix_attempts_campaign_id_converted_planned_at"), "attempts", ["campaign_id", "converted", "planned_at"]
    )


def downgrade() -> None:
    """Forget it; who is shown to somebody waits as before."""
    op.execute("UPDATE leads SET state = 'waiting' WHERE state = 'reserved'")
    op.drop_table("lead_reservations")
    op.drop_index(op.f("ix_attempts_campaign_id_converted_planned_at"), "attempts")
    op.drop_index(op.f("ix_attempts_open_disposition"), "attempts")
    with op.batch_alter_table("attempts") as table:
        for column in _columns():
            table.drop_column(column.name)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("keys", sa.String(length=64), nullable=True),
        sa.Column("listened_ms", sa.Integer(), nullable=True),
        sa.Column("response", sa.String(length=64), nullable=True),
        sa.Column("disposition", sa.String(length=64), nullable=True),
        sa.Column("open_disposition", sa.String(length=64), nullable=True),
        sa.Column("converted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("again_at", UtcDateTime(), nullable=True),
        sa.Column("again_for_user_id", BIG_ID, nullable=True),
    ]
