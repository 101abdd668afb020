"""Callbacks that a web form asks for, and the links to such forms."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Those that are promised already were asked for in a call."""
    op.add_column("callbacks", sa.Column("origin", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("callbacks", sa.Column("name", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("callbacks", sa.Column("wish", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "callback_links",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("queue_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("origins", JSON_VALUE, nullable=False),
        sa.Column("abroad", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_callback_links_queue_id_queues")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_callback_links_created_by_users")),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name=op.f("fk_callback_links_revoked_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_links")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("callback_links")
    with op.batch_alter_table("callbacks") as table:
        table.drop_column("wish")
        table.drop_column("name")
        table.drop_column("origin")
