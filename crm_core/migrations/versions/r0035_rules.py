"""What policies ask beyond hours and caps: consent of people, age of registers; and indexes of who is next."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0035"
down_revision = "0034"

_TO_DIAL = sa.text("state = 'waiting' AND for_user_id IS NULL")
_ANSWERED = sa.text("connected_at IS NOT NULL OR abandoned")
_ANSWERED_SQLITE = sa.text("connected_at IS NOT NULL OR abandoned = 1")
_LEADS = {
    "ix_leads_list_id_priority_due_at_id": ["list_id", "priority", "due_at", "id"],
    "ix_leads_list_id_rank_id_due_at": ["list_id", "rank", "id", "due_at"],
    "ix_leads_list_id_id_due_at": ["list_id", "id", "due_at"],
}


def upgrade() -> None:
    """Of nobody who is on a list already consent is known, and no register was looked at."""
    op.add_column("leads", sa.Column("consent_at", UtcDateTime(), nullable=True))
    op.add_column("leads", sa.Column("consent_source", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "do_not_call_registers",
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["noted_by"], ["users.id"], name=op.f("fk_do_not_call_registers_noted_by_users")),
        sa.PrimaryKeyConstraint("policy", name=op.f("pk_do_not_call_registers")),
    )
    for name, columns in _LEADS.items():
        op.create_index(op.f(name), "leads", columns, sqlite_where=_TO_DIAL, postgresql_where=_TO_DIAL)
    verdicts = ["campaign_id", "verdict", "planned_at", "attempt_id"]
    op.create_index(op.f("ix_attempts_campaign_id_verdict_planned_at_attempt_id"), "attempts", verdicts)
    answered = ["campaign_id", "planned_at", "abandoned"]
    name = op.f("ix_attempts_campaign_id_planned_at_abandoned")
    op.create_index(name, "attempts", answered, sqlite_where=_ANSWERED_SQLITE, postgresql_where=_ANSWERED)


def downgrade() -> None:
    """Forget them."""
    op.drop_index(op.f("ix_attempts_campaign_id_planned_at_abandoned"), "attempts")
    op.drop_index(op.f("ix_attempts_campaign_id_verdict_planned_at_attempt_id"), "attempts")
    for name in _LEADS:
        op.drop_index(op.f(name), "leads")
    op.drop_table("do_not_call_registers")
    with op.batch_alter_table("leads") as table:
        table.drop_column("consent_source")
        table.drop_column("consent_at")
