"""All examinations, one after the other; one that breaks is a finding, and the others go on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from agent_ui.config import Config
from agent_ui.doctor.finding import Finding, fail
from agent_ui.doctor.machine import (
    examine_browser_app,
    examine_clock,
    examine_disks,
    examine_home,
    examine_tools,
    judge_disks,
)
from agent_ui.doctor.network import examine_service, examine_tls
from agent_ui.doctor.storage import examine_storage, judge_diary
from agent_ui.doctor.switch import examine_asterisk, examine_manager, judge_links
from agent_ui.joints.disks import Disks
from agent_ui.plant import Plant
from crm_core.diary.journal import DiaryState
from crm_core.storage.database import Database
from cti.clock import Clock

_log = logging.getLogger(__name__)
Examination = tuple[str, Callable[[], list[Finding] | Awaitable[list[Finding]]]]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a running Callroom knows by itself; `nodes` says which switches it sees."""

    disks: Disks
    nodes: Mapping[str, bool]
    diary: DiaryState


def examinations(config: Config, database: Database, clock: Clock, inside: Inside | None) -> Sequence[Examination]:
    """List them; None for `inside` asks from outside, what a running Callroom need not ask itself."""
    plant = Plant(config)
    own: list[Examination] = []
    others: list[Examination] = []
    if inside is None:
        own = [("disk", lambda: examine_disks(config))]
        others = [
            ("AMI", lambda: examine_manager(config, plant)),
            ("service", lambda: examine_service(config, plant)),
            ("browser app", examine_browser_app),
        ]
    else:
        own = [("disk", lambda: judge_disks(config, inside.disks)), ("link", lambda: judge_links(inside.nodes))]
        others = [("diary", lambda: judge_diary(inside.diary))]
    return [
        ("home", lambda: examine_home(config)),
        *own,
        ("clock", examine_clock),
        ("tools", lambda: examine_tools(plant)),
        ("Asterisk", lambda: examine_asterisk(config, plant)),
        ("database", lambda: examine_storage(database, clock)),
        ("TLS", lambda: examine_tls(config, clock.now())),
        *others,
    ]


async def examine(found: Sequence[Examination]) -> list[Finding]:
    """Make them all."""
    findings: list[Finding] = []
    for what, look in found:
        try:
            # a look at the disk or at a program takes a thread: calls share this loop
            result = await asyncio.to_thread(look)
            findings += result if isinstance(result, list) else await result
        except Exception as error:
            _log.exception("Examination failed", extra={"what": what})
            findings.append(fail("check_failed", what=what, error=f"{type(error).__name__}: {error}"))
    return findings
