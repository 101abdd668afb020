"""Scripts of campaigns: what is read out in the calls of some campaigns only."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import JSON_VALUE

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Scripts of before are of no campaign."""
    op.add_column("scripts", sa.Column("campaign_ids", JSON_VALUE, nullable=False, server_default="[]"))


def downgrade() -> None:
    """What was of a campaign alone is for all then."""
    with op.batch_alter_table("scripts") as table:
        table.drop_column("campaign_ids")
