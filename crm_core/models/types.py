"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeEngine

# BigInteger is no rowid alias on SQLite, so ids would not count up there.
BIG_ID = BigInteger().with_variant(Integer, "sqlite")
JSON_VALUE = JSON().with_variant(JSONB, "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: naive values are refused, UTC is stored, aware values come back.

    Needed because SQLite drops the offset (wrong instant) and PostgreSQL takes a naive value for local time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time says no instant")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[Sequence[str]]):
    """Words without blanks: an array on PostgreSQL, one text with blanks between them on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose by database."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text()))

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        """Join them where there are no arrays."""
        if value is None:
            return None
        return " ".join(value) if dialect.name == "sqlite" else list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Sequence[str] | None:
        """Split them again."""
        if value is None:
            return None
        return str(value).split() if dialect.name == "sqlite" else list(value)


Id = Annotated[int, mapped_column(BIG_ID, primary_key=True)]
TextId = Annotated[str, mapped_column(String(64), primary_key=True)]
Code = Annotated[str, mapped_column(String(64), primary_key=True)]
Name = Annotated[str, mapped_column(String(200))]
Hash = Annotated[str, mapped_column(String(64))]
Short = Annotated[str, mapped_column(String(64))]
OptionalShort = Annotated[str | None, mapped_column(String(64))]
Instant = Annotated[datetime, mapped_column(UtcDateTime())]
OptionalInstant = Annotated[datetime | None, mapped_column(UtcDateTime())]
JsonMap = Annotated[dict[str, Any], mapped_column(JSON_VALUE)]
JsonList = Annotated[list[Any], mapped_column(JSON_VALUE)]
JsonValue = Annotated[Any, mapped_column(JSON_VALUE)]
