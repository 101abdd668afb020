"""Looks at Asterisk: the right version, running, complete, and with no more rights for us than we need."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from agent_ui.config import Config
from agent_ui.doctor.finding import Finding, fail, ok, warn
from agent_ui.plant import Plant
from cti.asterisk.condition import DANGEROUS_RIGHTS, NEEDED_MODULES, Condition, ask_condition
from cti.asterisk.manager_link import refused_login
from cti.asterisk.program import Program, is_new_enough
from cti.errors import AsteriskMissing, SwitchUnavailable


async def examine_manager(config: Config, plant: Plant) -> list[Finding]:
    """Sign in as both users do: what stands in a file is not yet what the running Asterisk has read."""
    if config.asterisk.managed and not _is_running(plant):
        return []  # the examination of Asterisk says so
    link = plant.link
    found: list[Finding] = []
    for user, secret in ((link.ami_user, link.ami_secret), (link.ami_events_user, link.ami_events_secret)):
        try:
            refusal = await refused_login(link.host, link.ami_port, user, secret)
        except SwitchUnavailable:
            return [fail("ami_unreachable", host=link.host, port=link.ami_port)]
        if refusal is not None:
            found.append(fail("ami_login_refused", user=user, reason=refusal))
    return found or [ok("ami_login")]


def judge_links(nodes: Mapping[str, bool]) -> list[Finding]:
    """What a running Callroom sees of its switches."""
    return [(ok if is_up else fail)("link_up" if is_up else "link_down", node=node) for node, is_up in nodes.items()]


def _is_running(plant: Plant) -> bool:
    try:
        return plant.instances(plant.program())["Asterisk"].status().is_running
    except AsteriskMissing:
        return False


async def examine_asterisk(config: Config, plant: Plant) -> list[Finding]:
    """One that is looked after elsewhere cannot be asked from here."""
    if not config.asterisk.managed:
        return [ok("asterisk_elsewhere")]
    try:
        program = await asyncio.to_thread(plant.program)
    except AsteriskMissing:
        return [fail("asterisk_missing")]
    return [judge_version(program.version), *await _examine_running(plant, program)]


async def _examine_running(plant: Plant, program: Program) -> list[Finding]:
    instance = plant.instances(program)["Asterisk"]
    if not instance.status().is_running:
        return [fail("asterisk_not_running")]
    settings = plant.switch
    users = (settings.ami_user, settings.ami_events_user)
    return judge(await ask_condition(instance, users, settings.secrets.agi_secret))


def judge_version(version: str) -> Finding:
    """Old ones have known security faults."""
    return ok("asterisk_version", version=version) if is_new_enough(version) else fail("asterisk_old", version=version)


def judge(condition: Condition) -> list[Finding]:
    """Say what of it is well."""
    if not condition.uptime_s:
        return [fail("asterisk_not_running")]
    found = [ok("asterisk_running", uptime=timedelta(seconds=condition.uptime_s), calls=condition.calls)]
    if condition.missing_modules:
        found.append(fail("asterisk_modules_missing", modules=", ".join(condition.missing_modules)))
    else:
        found.append(ok("asterisk_modules", count=len(NEEDED_MODULES)))
    found.append(ok("agi_proved") if condition.proves_itself else warn("agi_open"))
    return [*found, *_judge_rights(condition)]


def _judge_rights(condition: Condition) -> list[Finding]:
    found: list[Finding] = []
    for user, rights in condition.rights.items():
        if rights is None:
            found.append(fail("ami_user_missing", user=user))
        elif too_many := sorted(rights & DANGEROUS_RIGHTS):
            found.append(fail("ami_rights_too_many", user=user, rights=", ".join(too_many)))
    return found or [ok("ami_rights")]
