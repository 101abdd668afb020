"""The index behind the search, which is another one on each database and no table of the models.

PostgreSQL has GIN on the array of words. SQLite has a full-text table beside `customers` that holds the words' index
alone; triggers keep the two together, whoever writes. A later migration that copies `customers` (batch mode on SQLite)
has to make the triggers again.
"""

import sqlalchemy as sa

INDEX = "ix_customers_search_words"
# no index of the models, either database's own
OURS = (INDEX, "ix_articles_search_words")
ON_POSTGRESQL = "CREATE INDEX ix_customers_search_words ON customers USING gin (search_words)"
# ascii: what is no ASCII is a letter, and "#" stands before the pieces of numbers; no place within a text is kept
FULL_TEXT = """CREATE VIRTUAL TABLE customer_search USING fts5(search_words, content='customers', content_rowid='id',
    detail=none, columnsize=0, tokenize="ascii tokenchars '#'")"""
FILL = "INSERT INTO customer_search(customer_search) VALUES ('rebuild')"
TRIGGERS = {
    "customers_search_added": """CREATE TRIGGER customers_search_added AFTER INSERT ON customers BEGIN
        INSERT INTO customer_search(rowid, search_words) VALUES (NEW.id, NEW.search_words); END""",
    "customers_search_gone": """CREATE TRIGGER customers_search_gone AFTER DELETE ON customers BEGIN
        INSERT INTO customer_search(customer_search, rowid, search_words)
            VALUES ('delete', OLD.id, OLD.search_words); END""",
    "customers_search_changed": """CREATE TRIGGER customers_search_changed AFTER UPDATE OF search_words ON customers
        WHEN OLD.search_words IS NOT NEW.search_words BEGIN
        INSERT INTO customer_search(customer_search, rowid, search_words)
            VALUES ('delete', OLD.id, OLD.search_words);
        INSERT INTO customer_search(rowid, search_words) VALUES (NEW.id, NEW.search_words); END""",
}


def create(connection: sa.Connection) -> None:
    """Index what is there, and whatever comes."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(ON_POSTGRESQL)
        return
    for statement in (FULL_TEXT, FILL, *TRIGGERS.values()):
        connection.exec_driver_sql(statement)


def drop(connection: sa.Connection) -> None:
    """Take it away."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP INDEX {INDEX}")
        return
    for name in TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    connection.exec_driver_sql("DROP TABLE customer_search")


def is_of_the_models(_object: object, name: str | None, *_: object) -> bool:
    """Tell Alembic what to compare with the models."""
    return name is None or (name not in OURS and not name.startswith(("customer_search", "article_search")))
