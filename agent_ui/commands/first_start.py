"""What an empty database gets, so that somebody can sign in and the first call can be made."""

from agent_ui.auth.passwords import Passwords
from agent_ui.config import Config
from agent_ui.memory import Memory
from crm_core.audit import SYSTEM
from crm_core.demo.setup import DemoSetup, is_empty, load_demo
from crm_core.users import UserDraft
from cti.clock import Clock
from ivr.entries import packaged_flow


async def fill_empty(config: Config, memory: Memory, passwords: Passwords, clock: Clock) -> bool:
    """Add the demonstration, or an administrator alone; True when there was nobody before."""
    if not await is_empty(memory.database):
        return False
    hashes = {login: await passwords.hash(password) for login, password in config.secrets.passwords.items()}
    if config.demo.enabled:
        setup = DemoSetup(hashes, lambda queue_id: packaged_flow("demo", queue_id), config.extensions)
        await load_demo(memory.database, clock, setup)
    else:
        await memory.users.add(UserDraft("admin", "Admin", hashes["admin"], "admin"), SYSTEM)
    return True


async def printed_passwords(config: Config, memory: Memory, passwords: Passwords) -> dict[str, str | None]:
    """Return the generated password of each demo user who is there, None where a person has set another."""
    found: dict[str, str | None] = {}
    for login, password in config.secrets.passwords.items():
        known = await memory.users.credentials(login)
        if known is not None and known.active:
            found[login] = password if await passwords.verify(known.password_hash, password) else None
    return found
