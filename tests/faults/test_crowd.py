"""The callers' own book: nobody who was let go by SIPp's way of noting is left out, and its exit code counts."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.faults.crowd import Crowd

ENDED = (("1", "invited", 0), ("1", "began", 1), ("1", "caller", 2))


def noted(folder: Path, *lines: tuple[str, str, int]) -> Crowd:
    text = "".join(f"2026-11-22\t10:00:00.0\t{1795328081 + second}.5|{who}|{what}\n" for who, what, second in lines)
    (folder / "talker.log").write_text(text)
    return Crowd(folder, 5.0)


async def ended_with(code: int) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import sys; sys.exit({code})")
    await process.wait()
    return process


async def test_whose_call_is_over_is_a_visit_from_the_invite_on(tmp_path: Path) -> None:
    crowd = noted(tmp_path, *ENDED, ("2", "invited", 1), ("2", "began", 1), ("2", "switch", 3))
    crowd.processes.append(await ended_with(0))
    await crowd.stop()
    assert [(visit.number, visit.ended_by) for visit in crowd.visits()] == [("1", "caller"), ("2", "switch")]
    assert (crowd.visits()[0].ended_at - crowd.visits()[0].began_at).total_seconds() == 2
    assert crowd.left() == ["1"]


@pytest.mark.parametrize(
    "lines",
    [
        (("2", "invited", 1),),
        (("2", "invited", 1), ("2", "began", 1)),
        (("2", "invited", 1), ("2", "caller", 1)),
        (("2", "began", 1), ("2", "switch", 1)),
    ],
)
async def test_a_call_without_answer_or_end_is_found(tmp_path: Path, lines: tuple[tuple[str, str, int], ...]) -> None:
    crowd = noted(tmp_path, *ENDED, *lines)
    with pytest.raises(AssertionError, match=r"\['2'\] are open"):
        await crowd.stop()


async def test_what_sipp_says_of_a_call_that_went_otherwise_is_told(tmp_path: Path) -> None:
    crowd = noted(tmp_path, *ENDED)
    moment = "2026-11-22\t10:00:00.0\t1795328081.5"
    said = f"The following events occurred:\n{moment}: receive timeout, jumping to label 9{moment}: Aborting call"
    (tmp_path / "talker.errors").write_text(said)
    crowd.processes.append(await ended_with(1))
    with pytest.raises(AssertionError, match=r"SIPp ended with \[1\]") as raised:
        await crowd.stop()
    assert "Aborting call" in str(raised.value)
    assert "jumping" not in str(raised.value)
