"""What the pacing of each campaign has learned, over a restart."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Nothing is known yet: each learns as it did."""
    op.create_table(
        "campaign_paces",
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("learned", JSON_VALUE, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_paces_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_paces")),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("campaign_paces")
