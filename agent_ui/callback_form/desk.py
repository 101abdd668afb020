"""Promises to people on a page: who is let in, what they are told, and our word, on disk before it is given."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agent_ui.auth.addresses import neighbourhood
from agent_ui.auth.asking import AskLimit
from agent_ui.callback_form.seal import form_key, read_key, read_secret, write_asker, write_key, write_secret
from agent_ui.config import Config
from agent_ui.errors import ApiError, FieldProblem, RetryError
from agent_ui.joints.callbacks import Asking, MayDial, house_dials, in_open_time
from agent_ui.joints.callers import CrmLookup
from agent_ui.memory import Memory
from crm_core.callback_links import CallbackLinkRow, CallbackLinks
from crm_core.callbacks import Callbacks
from crm_core.domain.dial_policy import DialRefusal
from crm_core.domain.phone import PhoneKind, normalise
from crm_core.errors import NotFound
from cti.clock import Clock
from cti.domain.callback_values import CallbackOrder
from cti.domain.callback_words import CallbackOrdered, CallbackRemoved
from cti.errors import Refused
from cti.service import Telephony
from ivr.domain.steps import KnownCaller
from ivr.opening import Hours, house_hours
from ivr.ports import FlowSource

AT_HOME = (PhoneKind.MOBILE, PhoneKind.FIXED)
# The same sentence for every number that the policy refuses: it must not tell who is on which list.
REFUSED = "We cannot call this number back; give another one, or call us."


@dataclass(slots=True)
class FormLimits:
    """`visits` is all that one address does; `asks` are requests for a callback, those of one number and one link."""

    visits: AskLimit = field(default_factory=lambda: AskLimit(120, timedelta(minutes=1)))
    asks: AskLimit = field(default_factory=lambda: AskLimit(10, timedelta(minutes=10)))
    numbers: AskLimit = field(default_factory=lambda: AskLimit(5, timedelta(hours=1)))
    links: AskLimit = field(default_factory=lambda: AskLimit(60, timedelta(minutes=10)))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says, and from which address it came."""

    number: str
    name: str
    text: str
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer is told; `opens_at` None: the line is open. `secret` shows the promise and takes it back."""

    opens_at: datetime | None
    place: int | None
    expected_wait_s: float | None
    secret: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`place` None: they are being called, or it is closed until then."""

    place: int | None
    expected_wait_s: float | None


class CallbackForm:
    """`key` signs links and secrets; `find` is the customer of a number, if there is one."""

    def __init__(
        self,
        links: CallbackLinks,
        book: Callbacks,
        telephony: Telephony,
        may_dial: MayDial,
        find: Callable[[str], Awaitable[KnownCaller | None]],
        hours: Hours,
        clock: Clock,
        key: bytes,
    ) -> None:
        self._links = links
        self._book = book
        self._telephony = telephony
        self._may_dial = may_dial
        self._find = find
        self._hours = hours
        self._clock = clock
        self._key = key
        self.limits = FormLimits()

    def key_of(self, row: CallbackLinkRow) -> str:
        """Return what the link's address ends with."""
        return write_key(row.id, row.created_at, self._key)

    async def admit(self, text: str, address: str) -> CallbackLinkRow:
        """Return the link that this key opens; ApiError for all others, and for who comes too often."""
        self._count(self.limits.visits, neighbourhood(address))
        found = read_key(text, self._key)
        try:
            row = None if found is None else await self._links.get(found[0])
        except NotFound:
            row = None
        if found is None or row is None or row.created_at != found[1]:
            raise ApiError(404, "link_unknown", "This address opens nothing here; look for it anew, or call us.")
        if row.revoked_at is not None:
            raise ApiError(410, "link_revoked", "Callbacks are not asked for here any more; please call us.")
        return row

    def opening(self, link: CallbackLinkRow) -> datetime | None:
        """When the line opens, None if it is open; ApiError where nobody knows, or no callbacks are promised."""
        if not link.offered:
            raise _off()
        opens_at = self._hours.queue_opens_at(link.queue_id)
        if opens_at is None:
            raise ApiError(409, "closed", "We are closed, and it is not known until when; please call us later.")
        return opens_at if opens_at > self._clock.now() else None

    async def ask(self, link: CallbackLinkRow, wish: Wish) -> Told:
        """Promise it; who asks again for the same number has the same promise."""
        self._count(self.limits.asks, neighbourhood(wish.address))
        self._count(self.limits.links, str(link.id))
        opens_at = self.opening(link)
        number = await self._checked(link, wish.number)
        self._count(self.limits.numbers, f"{link.queue_id}:{number}")
        known = await self._find(number)
        order = CallbackOrder(
            str(uuid.uuid4()), link.queue_id, number, wish.language, wish.name, wish.text, opens_at, **_of(known)
        )
        callback_id = await self._kept(order, wish.address)
        return await self._told(callback_id, wish.address, opens_at)

    async def _checked(self, link: CallbackLinkRow, typed: str) -> str:
        phone = normalise(typed)
        try:
            outgoing = await self._may_dial(Asking(typed, link.queue_id))
        except ApiError as error:
            raise _refusal(is_malformed=error.code == DialRefusal.NOT_A_NUMBER) from None
        is_fit = phone.kind in AT_HOME or (link.abroad and phone.kind is PhoneKind.FOREIGN)
        if not is_fit:
            raise _refusal(is_malformed=False)
        return outgoing.number

    async def _kept(self, order: CallbackOrder, address: str) -> str:
        """The promise's id: this one's, or that of the one which the number has already."""
        floor = self._telephony.floor
        before = floor.callback_of(order.queue_id, order.number)
        if before is not None:
            return before.callback_id
        now = self._clock.now()
        memory = floor.callback_order(order, now)
        if memory is None:
            raise _off()
        memory = in_open_time(self._hours, memory, order.opens_at or now)
        await self._book.keep(memory, self._asker(order.callback_id, address))
        try:
            self._telephony.step(CallbackOrdered(memory))
        except Refused:
            # somebody was faster with the same number, or the line was changed, while it was written
            await self._book.forget(order.callback_id)
            before = floor.callback_of(order.queue_id, order.number)
            if before is None:
                raise _off() from None
            return before.callback_id
        return order.callback_id

    def _asker(self, callback_id: str, address: str) -> str:
        return write_asker(callback_id, neighbourhood(address), self._key)

    async def _told(self, callback_id: str, address: str, opens_at: datetime | None) -> Told:
        is_theirs = await self._book.asker_of(callback_id) == self._asker(callback_id, address)
        # who only knows the number cannot take back what its owner asked for
        secret = write_secret(callback_id, self._key, takes_back=is_theirs)
        place, expected_s = self._telephony.floor.callback_position(callback_id) or (None, None)
        return Told(opens_at, place, expected_s, secret)

    def standing(self, secret: str) -> Standing:
        """Where the promise stands now; ApiError when it does no more."""
        place, expected_s = self._telephony.floor.callback_position(self._promise_of(secret, takes_back=False)) or (
            None,
            None,
        )
        return Standing(place, expected_s)

    def withdraw(self, secret: str) -> None:
        """Take the promise out of line; ApiError or Refused when it is too late."""
        self._telephony.step(CallbackRemoved(self._promise_of(secret, takes_back=True), None))

    def _promise_of(self, secret: str, *, takes_back: bool) -> str:
        callback_id = read_secret(secret, self._key, takes_back=takes_back)
        if callback_id is None or self._telephony.floor.view(f"callback:{callback_id}") is None:
            raise _over()
        return callback_id

    def _count(self, limit: AskLimit, key: str) -> None:
        wait_s = limit.wait_s(key, self._clock.now())
        if wait_s:
            raise RetryError(wait_s, "too_many_requests", f"That was asked too often; try again in {wait_s} seconds.")


def _refusal(*, is_malformed: bool) -> ApiError:
    code, message = ("not_a_number", "This is not a telephone number.") if is_malformed else ("number_refused", REFUSED)
    return ApiError(422, code, message, (FieldProblem("number", code, message),))


def _off() -> ApiError:
    return ApiError(409, "callbacks_off", "No callbacks are promised here at the moment; please call us.")


def _over() -> ApiError:
    message = "This request is over already, or was made elsewhere; tell whoever calls you."
    return ApiError(409, "unknown_callback", message)


def _of(known: KnownCaller | None) -> dict[str, Any]:
    if known is None:
        return {}
    return {
        "customer_id": known.customer_id,
        "customer_name": known.name,
        "customer_level": known.level,
        "preferred_agent_id": known.agent_id,
    }


def open_callback_form(
    config: Config, memory: Memory, telephony: Telephony, flows: FlowSource, clock: Clock
) -> CallbackForm:
    """Build it from the settings."""
    return CallbackForm(
        memory.callback_links,
        Callbacks(memory.database),
        telephony,
        house_dials(config, memory, clock),
        CrmLookup(memory.views).find,
        house_hours(flows, clock),
        clock,
        form_key(config.secrets.asterisk.sip_key),
    )
