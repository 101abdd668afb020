"""What a person says of a file that its bytes do not."""

from dataclasses import dataclass

from crm_core.domain.countries import HOUSE


@dataclass(frozen=True, slots=True)
class FileFormat:
    """`encoding`: None: as its bytes tell. `country`: whose the numbers are that are written as at home."""

    encoding: str | None = None
    country: str = HOUSE


AS_FOUND = FileFormat()
