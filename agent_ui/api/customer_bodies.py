"""What a form about a customer sends: checked, with numbers by reference, and put together again after masking."""

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.numbers import number_behind
from agent_ui.api.probing import spend_probe
from agent_ui.api.route import Body
from crm_core.customer_writing import PhoneDraft
from crm_core.customers import CustomerRow
from crm_core.domain.masking import restore_text

# no part of a number, so that the end of one text and the start of the next are not read as one
_APART = "\n|\n"


class Phone(Body):
    """As somebody typed it, or `ref`: a number that the server knows and the page may not."""

    number: str = Field("", max_length=64)
    ref: str = Field("", max_length=80)
    label: str = Field("", max_length=64)


class Email(Body):
    """One address."""

    address: str = Field(max_length=254)
    label: str = Field("", max_length=64)


class Contact(Body):
    """A person of the customer; `id` is not looked at, the list replaces the stored one."""

    id: int | None = None
    name: str = Field(max_length=200)
    title: str = Field("", max_length=200)


class NewCustomer(Body):
    """Lists have a limit so that one form cannot hold the writer up."""

    name: str = Field(max_length=200)
    company: str = ""
    level: str = ""
    language: str = "zh"
    owner_id: int | None = None
    tags: list[str] = Field(default_factory=list, max_length=50)
    notes: str = ""
    phones: list[Phone] = Field(default_factory=list, max_length=50)
    emails: list[Email] = Field(default_factory=list, max_length=50)
    contacts: list[Contact] = Field(default_factory=list, max_length=100)


class ChangedCustomer(Body):
    """Only what is named changes; lists replace. `version` is the one that was read."""

    version: int
    name: str | None = Field(None, max_length=200)
    company: str | None = None
    level: str | None = None
    language: str | None = None
    owner_id: int | None = None
    tags: list[str] | None = Field(None, max_length=50)
    notes: str | None = None
    phones: list[Phone] | None = Field(None, max_length=50)
    emails: list[Email] | None = Field(None, max_length=50)
    contacts: list[Contact] | None = Field(None, max_length=100)


async def read_phones(ask: Ask, phones: list[Phone]) -> tuple[PhoneDraft, ...]:
    """Look references up. Who sees no numbers and types one could be trying which one the customer has."""
    if not ask.me.sees_numbers:
        for phone in phones:
            if not phone.ref:
                await spend_probe(ask, phone.number)
    return tuple([PhoneDraft((await number_behind(ask, p.ref)).typed if p.ref else p.number, p.label) for p in phones])


def unmasked(body: ChangedCustomer, stored: CustomerRow) -> ChangedCustomer:
    """Put back what was hidden from the person who edited it."""
    known = _APART.join([stored.name, stored.company, stored.notes, *stored.tags, *_of_points(stored)])
    changes: dict[str, object] = {}
    for name in ("name", "company", "notes"):
        if (text := getattr(body, name)) is not None:
            changes[name] = restore_text(text, getattr(stored, name))
    if body.tags is not None:
        changes["tags"] = [restore_text(tag, known) for tag in body.tags]
    if body.emails is not None:
        changes["emails"] = [
            Email(address=restore_text(e.address, known), label=restore_text(e.label, known)) for e in body.emails
        ]
    if body.phones is not None:
        changes["phones"] = [p.model_copy(update={"label": restore_text(p.label, known)}) for p in body.phones]
    if body.contacts is not None:
        changes["contacts"] = [
            Contact(id=c.id, name=restore_text(c.name, known), title=restore_text(c.title, known))
            for c in body.contacts
        ]
    return body.model_copy(update=changes)


def _of_points(stored: CustomerRow) -> list[str]:
    people = [text for person in stored.contacts for text in (person.name, person.title)]
    emails = [text for email in stored.emails for text in (email.address, email.label)]
    return [*people, *emails, *(phone.label for phone in stored.phones)]
