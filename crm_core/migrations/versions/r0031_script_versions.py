"""What each script once was; of those that are, the one that is in use is the first that is kept."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Keep what is there under the version that it has; who saved it, nobody wrote down."""
    op.create_table(
        "script_versions",
        sa.Column("script_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", JSON_VALUE, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["script_id"], ["scripts.id"], name=op.f("fk_script_versions_script_id_scripts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name=op.f("fk_script_versions_saved_by_users")),
        sa.PrimaryKeyConstraint("script_id", "version", name=op.f("pk_script_versions")),
    )
    op.execute(
        "INSERT INTO script_versions (script_id, version, name, body, saved_at)"
        " SELECT id, version, name, body, updated_at FROM scripts"
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("script_versions")
