"""Who is told by mail that a caller left a message in a queue, and what stands in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_ADDRESSES = 20
# Enough to catch a typing error; whether it exists the mail server knows.
ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class VoicemailRules:
    """No addresses: nobody. `attach` sends the sound along, `whole_number` the number as it is and not masked."""

    addresses: tuple[str, ...] = ()
    language: str = "zh"
    attach: bool = False
    whole_number: bool = False


def rules_of(document: Mapping[str, Any]) -> VoicemailRules:
    """Read what `document_of` wrote; what is not in it is as in a new queue."""
    plain = VoicemailRules()
    return VoicemailRules(
        tuple(address.strip() for address in document.get("addresses", ())),
        document.get("language", plain.language),
        document.get("attach", plain.attach),
        document.get("whole_number", plain.whole_number),
    )


def document_of(rules: VoicemailRules) -> dict[str, Any]:
    """Write it as JSON."""
    return {
        "addresses": list(rules.addresses),
        "language": rules.language,
        "attach": rules.attach,
        "whole_number": rules.whole_number,
    }


def are_addresses(texts: Sequence[str]) -> bool:
    """Whether mails can be sent to all of these."""
    return len(texts) <= MOST_ADDRESSES and all(ADDRESS.fullmatch(text) for text in texts)


def rule_problems(rules: VoicemailRules) -> Iterator[tuple[str, str, str]]:
    """Give field, code and sentence of each thing that cannot be."""
    if len(rules.addresses) > MOST_ADDRESSES:
        yield "voicemail_mail.addresses", "too_many", f"are more than {MOST_ADDRESSES}"
    for address in rules.addresses:
        if not ADDRESS.fullmatch(address):
            yield "voicemail_mail.addresses", "bad_address", f"{address} is not an address like name@example.org"
    if rules.language not in LANGUAGES:
        yield "voicemail_mail.language", "unknown_choice", "must be one of: zh, en"
