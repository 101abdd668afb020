import gc

from agent_ui.commands.serving import spare_what_is_loaded


def test_the_collector_passes_by_what_was_there() -> None:
    before = gc.get_freeze_count()
    try:
        spare_what_is_loaded()
        assert gc.get_freeze_count() > before + 10_000
        assert len(gc.get_objects()) < 10_000
    finally:
        gc.unfreeze()
