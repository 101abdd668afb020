"""Alembic's part, loaded only where a database has another schema: its forty scripts are a third of a second."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def alembic_config() -> Config:
    """Build the configuration that Alembic would read from alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def bring(connection: Connection, revision: str) -> None:
    """Take all steps from the database's schema to `revision`; "head": the newest."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
