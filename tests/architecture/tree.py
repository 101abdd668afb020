"""The repository as the architecture tests see it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cti", "ivr", "dialer", "crm_core", "recordings", "agent_ui")
BROWSER_APP = ROOT / "agent_ui" / "web" / "src"


def python_files(*tops: str) -> list[Path]:
    return [p for top in tops for p in sorted((ROOT / top).rglob("*.py")) if "node_modules" not in p.parts]


def browser_files() -> list[Path]:
    return [p for pattern in ("*.ts", "*.vue") for p in sorted(BROWSER_APP.rglob(pattern))]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))
