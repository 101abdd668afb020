"""Which modules decide something, and where the tests of each are."""

from tests.architecture.tree import ROOT, python_files, relative

SANS_IO = {
    "cti/ami/actions.py",
    "cti/ami/message.py",
    "cti/ami/originate.py",
    "cti/ami/protocol.py",
    "cti/ami/translate.py",
    "cti/agi/protocol.py",
    "agent_ui/auth/asking.py",
    "agent_ui/auth/turns.py",
    "agent_ui/callback_form/seal.py",
    "agent_ui/push/protocol.py",
    "agent_ui/phones/control.py",
    "agent_ui/phones/ticket.py",
    "agent_ui/wallboard/board.py",
    "agent_ui/wallboard/token.py",
    "dialer/listening/audiosocket.py",
}
DOMAINS = ("cti/domain", "ivr/domain", "dialer/domain", "recordings/domain", "crm_core/domain")
# Modules that hold nothing but words: every line of them runs when they are imported.
WORDS = {
    "cti/domain/values.py",
    "cti/domain/memories.py",
    "cti/domain/events.py",
    "cti/domain/commands.py",
    "cti/domain/facts.py",
    "cti/domain/dial_facts.py",
    "cti/domain/climb_facts.py",
    "cti/domain/parking_words.py",
    "cti/domain/take_words.py",
    "cti/domain/tape.py",
    "cti/domain/mute_words.py",
    "cti/domain/attempt_words.py",
    "cti/domain/callback_values.py",
    "cti/domain/callback_words.py",
    "cti/domain/wishes.py",
    "cti/domain/oversight.py",
    "cti/domain/steering.py",
    "crm_core/domain/campaign_words.py",
    "dialer/domain/pace_words.py",
}


def deciding_modules() -> list[str]:
    """Those that decide something, as paths from the repository's root."""
    found = {relative(p) for p in python_files(*DOMAINS) if p.name != "__init__.py"} | SANS_IO
    return sorted(found - WORDS)


def own_tests(module: str) -> str:
    """Where they are, or should be."""
    folder, name = module.rsplit("/", 1)
    return f"tests/{folder}/test_{name}"


def module_of_tests() -> dict[str, str]:
    """Return the deciding module of each test module that is there."""
    return {own_tests(module): module for module in deciding_modules() if (ROOT / own_tests(module)).exists()}
