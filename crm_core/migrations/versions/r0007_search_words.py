"""The words that a search looks for stand with the customer, under an index of each database's own.

They were a row for each word, twenty-five for a customer: most of the time that an import took.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_core.migrations import search_index
from crm_core.migrations.first.customers import create_search_tokens
from crm_core.models.types import Words

revision = "0007"
down_revision = "0006"

GATHER = {
    "sqlite": """UPDATE customers SET search_words = coalesce((SELECT group_concat(token, ' ') FROM search_tokens
        WHERE customer_id = customers.id), '')""",
    "postgresql": """UPDATE customers SET search_words = found.words FROM (SELECT customer_id, array_agg(token ORDER BY
        token) AS words FROM search_tokens GROUP BY customer_id) AS found WHERE found.customer_id = customers.id""",
}
SPREAD = {
    "sqlite": """INSERT INTO search_tokens (token, customer_id) SELECT value, customers.id
        FROM customers, json_each('["' || replace(search_words, ' ', '","') || '"]') WHERE search_words <> ''""",
    "postgresql": """INSERT INTO search_tokens (token, customer_id)
        SELECT DISTINCT unnest(search_words), id FROM customers""",
}
NOTHING = {"sqlite": "", "postgresql": "{}"}


def upgrade() -> None:
    """Move the words to their customers."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    words: sa.Column[Any] = sa.Column("search_words", Words(), nullable=False, server_default=NOTHING[dialect])
    op.add_column("customers", words)
    connection.exec_driver_sql(GATHER[dialect])
    op.drop_table("search_tokens")
    search_index.create(connection)


def downgrade() -> None:
    """Give every word its row again."""
    connection = op.get_bind()
    create_search_tokens()
    connection.exec_driver_sql(SPREAD[connection.dialect.name])
    search_index.drop(connection)
    op.drop_column("customers", "search_words")
