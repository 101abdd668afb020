"""The audit log becomes a chain that only grows: hashes, the head, and triggers that refuse everything else.

A later migration that copies `audit_log` (batch mode on SQLite) has to make the triggers again.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_core.domain.chain import GENESIS, ChainEntry, hash_detail, hash_link
from crm_core.migrations import audit_triggers
from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0004"
down_revision = "0003"

COLUMNS = ("salt", "detail_hash", "link_hash")
ROWS_AT_ONCE = 1000
LOG = sa.table(
    "audit_log",
    sa.column("id", BIG_ID),
    sa.column("at", UtcDateTime()),
    sa.column("user_id", BIG_ID),
    sa.column("action", sa.String()),
    sa.column("object_kind", sa.String()),
    sa.column("object_id", sa.String()),
    sa.column("detail", JSON_VALUE),
    sa.column("address", sa.String()),
    *(sa.column(name, sa.String()) for name in COLUMNS),
)
HEAD = sa.table(
    "audit_head", sa.column("id", BIG_ID), sa.column("entry_id", BIG_ID), sa.column("link_hash", sa.String())
)


def upgrade() -> None:
    """Chain what is there, then close the log."""
    for name in COLUMNS:
        op.add_column("audit_log", sa.Column(name, sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    connection = op.get_bind()
    entry_id, link = _chain_all(connection)
    connection.execute(sa.insert(HEAD).values(id=1, entry_id=entry_id, link_hash=link))
    audit_triggers.create(connection)


def _chain_all(connection: sa.Connection) -> tuple[int, str]:
    last_id, link = 0, GENESIS
    while True:
        query = sa.select(LOG).where(LOG.c.id > last_id).order_by(LOG.c.id).limit(ROWS_AT_ONCE)
        rows = connection.execute(query).mappings().all()
        for row in rows:
            # no salt: these details were written before there was one
            detail_hash = hash_detail("", row["detail"])
            entry = ChainEntry(**{**row, "salt": "", "detail_hash": detail_hash})
            last_id, link = entry.id, hash_link(link, entry)
            values: dict[str, Any] = {"detail_hash": detail_hash, "link_hash": link}
            connection.execute(sa.update(LOG).where(LOG.c.id == last_id).values(values))
        if len(rows) < ROWS_AT_ONCE:
            return last_id, link


def downgrade() -> None:
    """Open the log again."""
    audit_triggers.drop(op.get_bind())
    op.drop_table("audit_head")
    for name in COLUMNS:
        op.drop_column("audit_log", name)
