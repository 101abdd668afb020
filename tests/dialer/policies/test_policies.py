from datetime import time
from pathlib import Path

import pytest

from crm_core.domain.countries import COUNTRIES
from dialer.domain.policy import AbandonmentWindow
from dialer.errors import OddDocument, UnknownPolicy
from dialer.policies import known_of, load_policy, read_policy, shipped_names


def test_the_countries_that_the_product_promises_ship() -> None:
    assert shipped_names() == ["au", "br", "cn", "de", "fr", "uk", "us-ftc"]


@pytest.mark.parametrize("name", shipped_names())
def test_each_names_itself_and_its_sources(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    assert policy.about
    assert all(len(source) > 20 for source in policy.sources)
    assert policy.sources
    assert "\u4e00" <= policy.about_zh[0] <= "\u9fff"
    assert len(policy.sources_zh) == len(policy.sources)
    assert set(policy.countries) <= set(COUNTRIES)
    assert policy.countries


def test_what_the_law_of_the_united_states_says() -> None:
    policy = load_policy("us-ftc")
    assert (policy.abandonment_limit_ratio, policy.abandonment_window) == (0.03, AbandonmentWindow.ROLLING_30_DAYS)
    assert (policy.connect_deadline_s, policy.rings_at_least_s) == (2.0, 15.0)
    assert policy.hours
    assert [(span.since, span.until) for span in policy.hours.days[6]] == [(time(8), time(21))]


def test_france_has_a_lunch_hour_and_no_weekend() -> None:
    policy = load_policy("fr")
    assert policy.hours
    assert [len(day) for day in policy.hours.days] == [2, 2, 2, 2, 2, 0, 0]
    assert policy.hours.holiday == ()


def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(UnknownPolicy, match="us-ftc"):
        load_policy("../us-ftc")


def test_a_policy_is_read_once_until_its_text_is_another(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = 'name = "own"\nabout = ""\nsources = []\n'
    file.write_text(text)
    first = read_policy(file)
    assert read_policy(file) is first
    assert load_policy("de") is load_policy("de")
    file.write_text(text + "asks_consent = true\n")
    assert read_policy(file).asks_consent


def test_of_several_names_the_unknown_ones_are_told() -> None:
    found, unknown = known_of(["de", "nowhere", "cn"])
    assert ([policy.name for policy in found], unknown) == (["de", "cn"], ("nowhere",))


# each would take a limit away, or stop the first call that is compared with it
OUT_OF_BOUNDS = [
    ("abandonment_limit_ratio = 3", "abandonment_limit_ratio"),
    ("abandonment_limit_ratio = -0.03", "abandonment_limit_ratio"),
    ("abandonment_limit_ratio = nan", "abandonment_limit_ratio"),
    ("connect_deadline_s = 0", "connect_deadline_s"),
    ("rings_at_least_s = -15", "rings_at_least_s"),
    ("rest_after_abandoned_h = inf", "rest_after_abandoned_h"),
    ('countries = ["germany"]', "countries: two capital letters"),
    ("do_not_call_age_max_days = -1", "do_not_call_age_max_days"),
    ('caps = [{attempts = 0, scope = "number", within_h = 1}]', "caps.1.attempts"),
    ('caps = [{attempts = 3, scope = "number", within_h = 0}]', "caps.1.within_h"),
    ("[hours]\ndays = [[], [], [{since = 20:00:00, until = 08:00:00}], [], [], [], []]", "hours.days.3"),
    ("[hours]\ndays = [[], [], [], [], [], [], []]\nholiday = [{since = 08:00:00, until = 08:00:00}]", "hours.holiday"),
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "Invalid value"),
        ('name = "x"\nabout = ""\nsources = 3', "sources"),
        ('name = "x"\nabout = ""\nsources = []\n[hours]\ndays = [[]]', "seven days"),
        ('name = "x"\nabout = ""\nsources = []\ncap = []', "nobody knows cap"),
        (
            'name = "x"\nabout = ""\nsources = []\ncaps = [{attempts = 1, scope = "number", within_h = 1, hours = 2}]',
            "caps.1.hours",
        ),
        ('name = "x"\nabout = ""\nsources = []\nabandonment_window = "year"', "abandonment_window"),
        *((f'name = "x"\nabout = ""\nsources = []\n{line}', said) for line, said in OUT_OF_BOUNDS),
    ],
)
def test_what_is_no_policy_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(OddDocument, match=said):
        read_policy(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_policy(tmp_path / "none.toml")
