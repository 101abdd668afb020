"""What an empty database gets, so that the first call can be made: people, a queue, a flow and its number."""

from agent_ui.api.demo import DEMO_ENTRY
from agent_ui.auth.passwords import Passwords
from agent_ui.config import Config
from agent_ui.memory import Memory
from crm_core.audit import SYSTEM
from crm_core.queues import QueueDraft
from crm_core.users import UserDraft
from ivr.entries import packaged_flow

PEOPLE = (
    ("admin", "系统管理员 Admin", "admin"),
    ("supervisor", "陈主管 Chen", "supervisor"),
    ("agent", "李娜 Li Na", "agent"),
    ("agent2", "王强 Wang Qiang", "agent"),
)


async def fill_empty(config: Config, memory: Memory, passwords: Passwords) -> bool:
    """Add what is missing; True when the database had nobody in it before."""
    if await memory.users.all():
        return False
    queue = await memory.queues.add(QueueDraft("客户服务 Service"), SYSTEM)
    flow = await memory.flows.add("主流程 Main", packaged_flow("demo", queue.id), SYSTEM)
    await memory.entry_numbers.put(DEMO_ENTRY, "总机 Main number", flow.id, SYSTEM)
    for login, name, role in PEOPLE:
        stored = await passwords.hash(config.secrets.passwords[login])
        queue_ids = (queue.id,) if role == "agent" else ()
        await memory.users.add(UserDraft(login, name, stored, role, "zh", queue_ids), SYSTEM)
    return True


async def printed_passwords(config: Config, memory: Memory, passwords: Passwords) -> dict[str, str | None]:
    """Return the generated password of each demo user who is there, None where a person has set another."""
    found: dict[str, str | None] = {}
    for login, password in config.secrets.passwords.items():
        known = await memory.users.credentials(login)
        if known is not None and known.active:
            found[login] = password if await passwords.verify(known.password_hash, password) else None
    return found
