"""What can go wrong in the telephone menu.

IvrError
├── FlowInvalid      a flow cannot be used; `problems` lists every fault with its node and field
├── PromptRejected   an uploaded or spoken prompt cannot be used; `code` is stable, `cure` says what to do
├── SoundUnreadable  ffmpeg makes nothing of a file
└── ToolMissing      espeak-ng or ffmpeg could not be run
"""

from dataclasses import dataclass


class IvrError(Exception):
    """Base of this package's errors."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: `node` is its id ("" for the flow as a whole), `field` as written, `code` is stable."""

    node: str
    field: str
    code: str
    detail: str

    @property
    def path(self) -> str:
        """Where it is in the document, as the API reports it."""
        at_node = f"nodes.{self.node}" if self.node else ""
        return ".".join(part for part in (at_node, self.field) if part)


class FlowInvalid(IvrError):
    """Nothing of the flow was taken over."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.detail}" for problem in problems))
        self.problems = problems


class PromptRejected(IvrError):
    """`code` such as "not_audio"; the stored prompts are unchanged."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(f"{problem} {cure}")
        self.code = code
        self.problem = problem
        self.cure = cure


class SoundUnreadable(IvrError):
    """ffmpeg gave up, or took too long."""


class ToolMissing(IvrError):
    """`tool` is the program's path as set."""

    def __init__(self, tool: str, cure: str) -> None:
        super().__init__(f"{tool} cannot be run. {cure}")
        self.tool = tool
        self.cure = cure
