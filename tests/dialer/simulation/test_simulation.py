from dialer.domain.pace_words import PaceLimits
from dialer.simulation.simulation import BOUND, Plan, Result, simulate
from dialer.simulation.table import by_cell, chart, half_width, table
from dialer.simulation.workload import load_workload


def plan(*rules: str, workloads: tuple[str, ...] = ("W1",), seeds: tuple[int, ...] = (1, 2)) -> Plan:
    return Plan([load_workload(name) for name in workloads], [3], rules, seeds, 1, PaceLimits())


def test_every_rule_runs_with_every_seed() -> None:
    results = list(simulate(plan("progressive", "best-ratio"), 1))
    assert sorted((r.rule, r.seed) for r in results) == [
        ("best-ratio", 1),
        ("best-ratio", 2),
        ("progressive", 1),
        ("progressive", 2),
    ]
    assert all((r.setting is None) == (r.rule == "progressive") for r in results)


def test_processes_change_nothing_but_the_order() -> None:
    def key(result: Result) -> tuple[str, int]:
        return result.rule, result.seed

    alone, beside = (list(simulate(plan("progressive", "ratio"), count)) for count in (1, 2))
    assert sorted(alone, key=key) == sorted(beside, key=key)


def test_table_and_chart_show_each_rule_best_first() -> None:
    results = list(simulate(plan("progressive", "best-ratio", workloads=("W0",), seeds=(1,)), 1))
    assert abs(next(r for r in results if r.rule == BOUND).occupancy_ratio - 0.694) < 0.003
    lines = table(results)
    assert [line.split("|")[3].split()[0] for line in lines[2:]] == ["bound", "best-ratio", "progressive"]
    assert all(line.count("|") == 11 for line in lines)
    drawn = chart(results)
    assert drawn[1] == "W0, 3 agents"
    assert "░" in drawn[2]
    assert drawn[2].count("░") > drawn[4].count("█") > 20
    assert list(by_cell(results)) == [("W0", 3)]


def test_one_seed_has_no_interval() -> None:
    assert half_width([5.0]) == 0
    assert round(half_width([4.0, 6.0]), 2) == 12.71
