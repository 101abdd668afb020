"""Waiting music of one's own."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Lines keep the class of music that they have."""
    op.create_table(
        "music_pieces",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("music_class", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_music_pieces")),
        sa.UniqueConstraint("music_class", name=op.f("uq_music_pieces_music_class")),
    )


def downgrade() -> None:
    """Lines that play a piece of their own play the usual music then."""
    op.drop_table("music_pieces")
