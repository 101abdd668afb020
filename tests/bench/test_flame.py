import json
from pathlib import Path

from tests.bench.flame import OTHER, read


def test_each_task_and_thread_is_part_of_something(tmp_path: Path) -> None:
    notes = tmp_path / "profile"
    tasks = {
        "cti/service.py": 0.02,
        "agent_ui/push/hub.py": 0.01,
        "agent_ui/plant.py": 0.001,
        "sockets and timers": 0.03,
    }
    threads = {"MainThread": 0.061, "sqlite-writer": 0.04, "asyncio": 0.002}
    lines = {"cti/bus.py": 0.05, "cti/line.py": 0.01}
    notes.write_text(json.dumps({"tasks": tasks, "threads": threads, "lines": lines}))
    flame = read(notes, calls=10, door_ms=1.5)
    assert flame.parts == {
        "floor, AMI, AGI, flows": 2.0,
        "screens: HTTP and push": 1.0,
        "database": 4.0,
        "SIP proxy": 1.5,
        "recordings: finding, drawing, filing": 0.2,
        "sockets and timers of all these": 3.0,
        OTHER: 0.1,
    }
    assert "| `cti/bus.py` | 5.00 |\n| `cti/line.py` | 1.00 |" in flame.text()
