"""What `make soak` found: parts with figures and an end, as text for the terminal and as a section of BENCHMARKS.md."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.bench.figures import rank
from tests.bench.machine import Machine

HELD = "held"
_SENTENCES = 20


@dataclass
class Part:
    """One fault; `wrong` are sentences about what did not hold."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    took_s: float = 0.0

    @property
    def outcome(self) -> str:
        """One line."""
        return HELD if not self.wrong else f"did not hold: {'; '.join(self.wrong[:_SENTENCES])}"


@dataclass
class Report:
    """All parts that were done."""

    parts: list[Part] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return bool(self.parts) and all(not part.wrong for part in self.parts)

    def text(self) -> str:
        lines = []
        for part in self.parts:
            lines.append(f"{part.name} ({part.took_s / 60:.1f} min): {part.outcome}")
            lines += [f"    {key}: {value}" for key, value in part.figures.items()]
        broken = [part.name for part in self.parts if part.wrong]
        verdict = f"{', '.join(broken)} did not hold" if broken else "everything held" if self.parts else "nothing done"
        return "\n".join([*lines, f"SOAK: {verdict}"])

    def section(self, machine: Machine) -> str:
        """Markdown with its own stamp; what did not hold is said as loudly as what held."""
        rows = [f"| {part.name} | {key} | {value} |" for part in self.parts for key, value in part.figures.items()]
        ends = [f"- **{part.name}**: {part.outcome}" for part in self.parts]
        return "\n".join(
            [
                "## Soak: killed and away under load",
                "",
                f"> `make soak` · {machine.began_at:%Y-%m-%d %H:%M} UTC · commit `{machine.commit}` · "
                f"{sum(part.took_s for part in self.parts) / 60:.0f} min",
                f"> {machine.cores} cores of {machine.processor}, Linux {machine.kernel}, Python {machine.python} · "
                f"{machine.scheduling} · {machine.load:.1f} runnable tasks before the start",
                "",
                *ends,
                "",
                "| part | what | figure |",
                "|---|---|--:|",
                *rows,
            ]
        )


def p50_and_max(values: Iterable[float]) -> str:
    """Seconds."""
    ordered = sorted(values)
    return f"p50 {rank(ordered, 0.5):.1f}, max {ordered[-1]:.1f} s of {len(ordered)}" if ordered else "none"
