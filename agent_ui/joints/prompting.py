"""The words of the telephone menu are spoken before it serves; what is missing is told with its cure."""

import logging
from collections.abc import Callable

from ivr.errors import ToolMissing
from ivr.prompts import PromptLibrary

_log = logging.getLogger(__name__)
PROMPTS_CURE = "Run `callroom asterisk install`, which brings espeak-ng and ffmpeg, and start Callroom again."


async def speak_prompts(prompts: PromptLibrary, progress: Callable[[str], None]) -> dict[str, str]:
    """Return the problem, if there is one: better a menu that is silent in places than no telephone at all."""
    try:
        await prompts.prepare(lambda done, total: progress(f"speaking prompts: {done} of {total}") if total else None)
    except (ToolMissing, OSError) as error:
        _log.exception("Built-in prompts are not all there")
        problem = f"The menu is silent where a built-in prompt is missing: {error} {PROMPTS_CURE}"
        progress(problem)
        return {"prompts": problem}
    return {}
