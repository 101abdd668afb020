"""One reader per kind of node: from fields to a checked node."""

import re
from collections.abc import Callable

from ivr.domain.fields import Fields
from ivr.domain.hours import Calendar
from ivr.domain.known import Known
from ivr.domain.nodes import (
    LANGUAGES,
    CollectNode,
    HangUpNode,
    HoursNode,
    LanguageNode,
    LookupNode,
    MenuNode,
    Node,
    OfNumber,
    QueueNode,
    SayNode,
    TransferNode,
    VoicemailNode,
)
from ivr.domain.plan import read_calendar

KEYS = "0123456789*#"
INVALID_PROMPT = "invalid_choice"
HIGHEST_PRIORITY = 100
OWN_PLAN = ("time_zone", "weekly", "holidays", "special")
OF_NUMBER = "number"  # in place of a calendar's id
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,30}", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{2,20}", re.ASCII)


def _say(fields: Fields, _known: Known) -> Node:
    return SayNode(fields.text("prompt"), fields.text("next"))


def _menu(fields: Fields, _known: Known) -> Node:
    options = {}
    for key, target in fields.table("options").items():
        if key not in KEYS or len(key) != 1:
            fields.report(f"options.{key}", "not_a_key", "keys are 0 to 9, * and #")
        elif not isinstance(target, str) or not target:
            fields.report(f"options.{key}", "not_text", "must be the id of a node")
        else:
            options[key] = target
    if fields.raw("options") == {}:
        fields.report("options", "no_options", "must offer at least one key")
    on_timeout = fields.text("on_timeout")
    return MenuNode(
        prompt=fields.text("prompt"),
        options=options,
        timeout_s=fields.number("timeout_s", 5, 1, 60),
        retries=fields.whole("retries", 2, 0, 10),
        invalid_prompt=fields.text("invalid_prompt", INVALID_PROMPT),
        on_timeout=on_timeout,
        on_invalid=fields.text("on_invalid", on_timeout),
    )


def _collect(fields: Fields, _known: Known) -> Node:
    variable = fields.text("variable")
    if variable and not _VARIABLE.fullmatch(variable):
        fields.report("variable", "bad_name", "must be lower case letters, digits and _, beginning with a letter")
    most = fields.whole("max_digits", 20, 1, 32)
    least = fields.whole("min_digits", 1, 1, 32)
    if least > most:
        fields.report("min_digits", "out_of_range", "must not be more than max_digits")
    return CollectNode(
        prompt=fields.text("prompt"),
        variable=variable,
        min_digits=least,
        max_digits=most,
        timeout_s=fields.number("timeout_s", 5, 1, 60),
        retries=fields.whole("retries", 2, 0, 10),
        invalid_prompt=fields.text("invalid_prompt", INVALID_PROMPT),
        next=fields.text("next"),
        on_timeout=fields.text("on_timeout"),
    )


def _hours(fields: Fields, known: Known) -> Node:
    closed = fields.text("closed")
    return HoursNode(_calendar(fields, known), fields.text("open"), closed, fields.text("holiday", closed))


def _calendar(fields: Fields, known: Known) -> Calendar | int | OfNumber:
    if not fields.has("calendar"):
        return read_calendar(fields, known.time_zones)
    for own in OWN_PLAN:  # may stay, for who wants it back
        fields.raw(own)
    if fields.raw("calendar") == OF_NUMBER:
        return OfNumber()
    return fields.whole("calendar", None, 1, 2**31)


def _lookup(fields: Fields, _known: Known) -> Node:
    found = fields.text("found")
    return LookupNode(
        variable=fields.text("variable") if fields.has("variable") else None,
        found=found,
        vip=fields.text("vip", found),
        unknown=fields.text("unknown"),
        vip_priority=fields.whole("vip_priority", 10, 0, HIGHEST_PRIORITY),
    )


def _language(fields: Fields, _known: Known) -> Node:
    language = fields.text("language")
    if language and language not in LANGUAGES:
        fields.report("language", "unknown_language", f"languages are {', '.join(LANGUAGES)}")
    return LanguageNode(language, fields.text("next"))


def _queue(fields: Fields, _known: Known) -> Node:
    closed = fields.text("closed") if fields.has("closed") else None
    return QueueNode(fields.whole("queue", None, 1, 2**31), fields.whole("priority", 0, 0, HIGHEST_PRIORITY), closed)


def _voicemail(fields: Fields, _known: Known) -> Node:
    return VoicemailNode(fields.text("prompt", "leave_message"))


def _transfer(fields: Fields, _known: Known) -> Node:
    number = fields.text("number")
    if number and not _NUMBER.fullmatch(number):
        fields.report("number", "not_number", "must be digits, with a leading + for an international number")
        number = ""
    return TransferNode(number, fields.number("timeout_s", 30, 5, 120), fields.text("on_failed"))


def _hang_up(fields: Fields, _known: Known) -> Node:
    return HangUpNode(fields.text("prompt") if fields.has("prompt") else None)


READERS: dict[str, Callable[[Fields, Known], Node]] = {
    "say": _say,
    "menu": _menu,
    "collect": _collect,
    "hours": _hours,
    "lookup": _lookup,
    "language": _language,
    "queue": _queue,
    "voicemail": _voicemail,
    "transfer": _transfer,
    "hang_up": _hang_up,
}
