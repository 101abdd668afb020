"""The dialer and the pages share one listener, and one library."""

from tests.agent_ui.world import World


async def test_they_share_one_listener(world: World) -> None:
    parts = world.parts
    assert parts.dialer.ears is parts.announcements.ears
    assert parts.announcements.ears.folder == parts.config.home / "lines"
    assert parts.announcements.ears.keeper.rules.days == 30
    assert parts.announcements.has_starter == parts.config.demo.enabled
