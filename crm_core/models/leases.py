"""The table of what only one of several programs on this database may do at a time."""

from sqlalchemy import Double, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table


class Lease(Table):
    """Who does it, and until when by the database's clock, in seconds since 1970; nobody where that is past."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(300))
    until_s: Mapped[float] = mapped_column(Double())
