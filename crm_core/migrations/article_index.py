"""The index behind the search for articles, made like the one of customers (`search_index`)."""

import sqlalchemy as sa

INDEX = "ix_articles_search_words"
ON_POSTGRESQL = "CREATE INDEX ix_articles_search_words ON articles USING gin (search_words)"
STATEMENTS = (
    """CREATE VIRTUAL TABLE article_search USING fts5(search_words, content='articles', content_rowid='id',
    detail=none, columnsize=0, tokenize="ascii tokenchars '#'")""",
    """CREATE TRIGGER articles_search_added AFTER INSERT ON articles BEGIN
        INSERT INTO article_search(rowid, search_words) VALUES (NEW.id, NEW.search_words); END""",
    """CREATE TRIGGER articles_search_gone AFTER DELETE ON articles BEGIN
        INSERT INTO article_search(article_search, rowid, search_words)
            VALUES ('delete', OLD.id, OLD.search_words); END""",
    """CREATE TRIGGER articles_search_changed AFTER UPDATE OF search_words ON articles
        WHEN OLD.search_words IS NOT NEW.search_words BEGIN
        INSERT INTO article_search(article_search, rowid, search_words)
            VALUES ('delete', OLD.id, OLD.search_words);
        INSERT INTO article_search(rowid, search_words) VALUES (NEW.id, NEW.search_words); END""",
)


def create(connection: sa.Connection) -> None:
    """Index whatever comes."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(ON_POSTGRESQL)
        return
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)


def drop(connection: sa.Connection) -> None:
    """Take it away; triggers go with the table that they are on."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE article_search")
