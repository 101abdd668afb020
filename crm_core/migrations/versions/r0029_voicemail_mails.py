"""Mails about voicemails, and to whom each queue has them sent."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Nobody is mailed until an administrator says so."""
    op.add_column("queues", sa.Column("voicemail_mail", JSON_VALUE, nullable=False, server_default="{}"))
    op.create_table(
        "voicemail_mails",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("rules", JSON_VALUE, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("handed_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_result", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_voicemail_mails_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemail_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_voicemail_mails_message_id")),
    )
    op.create_index(op.f("ix_voicemail_mails_next_at"), "voicemail_mails", ["next_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("voicemail_mails")
    with op.batch_alter_table("queues") as table:
        table.drop_column("voicemail_mail")
