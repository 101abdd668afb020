"""The dialer, what listens to its lines, and the library that both the listener and the pages use."""

from collections.abc import Callable
from typing import Any

from agent_ui.announcements.desk import AnnouncementDesk
from agent_ui.config import Config
from agent_ui.joints.campaigns import open_dialer, open_ears
from agent_ui.memory import Memory
from agent_ui.plant import Plant
from cti.clock import Clock
from cti.service import Telephony
from cti.tasks import TaskSet


def open_dialing(
    config: Config, memory: Memory, telephony: Telephony, clock: Clock, tasks: TaskSet, may_keep: Callable[[], bool]
) -> dict[str, Any]:
    """Build what stands among the parts by these names; nobody is dialed before the dialer is started."""
    ears = open_ears(config, clock, may_keep)
    voice = Plant(config).voice if config.demo.enabled else None
    return {
        "dialer": open_dialer(config, memory, telephony, clock, ears),
        "announcements": AnnouncementDesk(ears, clock.now, tasks, voice),
    }
