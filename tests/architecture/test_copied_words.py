"""What pages offer of the server's words and limits is what the server takes: a copy that fell behind offers less."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from agent_ui.api.announcements import AnnouncementLabel
from agent_ui.api.staffing import MOST_AGENTS
from crm_core import due_leads
from crm_core.campaign_counts import NO_KEY, OTHER_KEY
from crm_core.domain import campaign_rules, columns, encodings, lead_columns
from crm_core.domain.agreed_time import quick_times
from crm_core.domain.campaign_report import OF_AGENTS, CampaignAxis
from crm_core.domain.campaign_rules import ANSWERING_MACHINE, CampaignRules, rule_problems
from crm_core.domain.campaign_words import ASKED
from dialer.domain.campaign import CampaignState
from dialer.domain.keyed import KeyMeaning, Served
from dialer.domain.skipping import SkipReason
from dialer.domain.verdict import Verdict
from tests.architecture.tree import BROWSER_APP

WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
CAMPAIGNS = "pages/campaigns"
WORDS: dict[tuple[str, str], Collection[str]] = {
    ("api/imports.ts", "ENCODINGS"): encodings.CHOICES,
    ("pages/customers/mapping.ts", "FIELDS"): columns.FIELDS,
    (f"{CAMPAIGNS}/leadMapping.ts", "FIELDS"): lead_columns.FIELDS,
    ("api/campaigns.ts", "MEANINGS"): campaign_rules.MEANINGS,
    ("api/campaigns.ts", "KEY_MEANINGS"): campaign_rules.KEY_MEANINGS,
    (f"{CAMPAIGNS}/CampaignDrawer.vue", "AT_GOAL"): campaign_rules.AT_GOAL,
    (f"{CAMPAIGNS}/CampaignsPage.vue", "STATES"): list(CampaignState),
    (f"{CAMPAIGNS}/LeadTable.vue", "STATES"): (
        *(due_leads.WAITING, due_leads.RESERVED, due_leads.DIALING, due_leads.DONE, due_leads.BARRED),
    ),
    (f"{CAMPAIGNS}/attempt.ts", "VERDICTS"): list(Verdict),
    (f"{CAMPAIGNS}/reportFigures.ts", "OF_AGENTS"): OF_AGENTS,
    ("api/campaignReports.ts", "CAMPAIGN_AXES"): list(CampaignAxis),
    ("api/ownLeads.ts", "SKIP_REASONS"): list(SkipReason),
    (f"{CAMPAIGNS}/ListeningBars.vue", "ORDER"): {*Served, *KeyMeaning, ASKED, OTHER_KEY, NO_KEY},
    ("api/callbackTimes.ts", "QUICK_KEYS"): [each.key for each in quick_times(WEDNESDAY, UTC, lambda _: True)],
    ("api/announcements.ts", "ANNOUNCEMENT_LABELS"): get_args(AnnouncementLabel),
}
LIMIT = re.compile(r"{ name: '(\w+)', min: ([\d.]+), max: ([\d.]+),")


def constant(file: str, name: str) -> str:
    found = re.search(rf"^(?:export )?const {name}\b[^=]*= (.*?)(?:\n\n|$(?!\n[ \]]))", text(file), re.M | re.S)
    assert found, f"{file} has no {name} any more"
    return found[1]


def text(file: str) -> str:
    return (BROWSER_APP / file).read_text("utf-8")


@pytest.mark.parametrize(("file", "name"), WORDS)
def test_a_page_offers_the_words_of_the_server(file: str, name: str) -> None:
    offered = re.findall(r"'([^']*)'", constant(file, name))
    assert sorted(offered) == sorted(map(str, WORDS[file, name]))


def refused(rules: CampaignRules, **wanted: Any) -> bool:
    (path,) = (f"rules.{name}" for name in wanted)
    return any(problem[0] == path for problem in rule_problems(replace(rules, **wanted)))


def test_the_limits_of_a_campaigns_form_are_the_servers() -> None:
    limits = LIMIT.findall(constant(f"{CAMPAIGNS}/LimitFields.vue", "NUMBERS"))
    assert len(limits) == 11
    rules = CampaignRules()
    for name, least, most in limits:
        taken = [not refused(rules, **{name: float(each)}) for each in (least, most)]
        beyond = [refused(rules, **{name: each}) for each in (float(least) - 0.001, float(most) + 0.001)]
        assert (taken, beyond) == ([True, True], [True, True]), name


def test_single_values_are_the_servers() -> None:
    assert constant("pages/admin/LabelsPage.vue", "ANSWERING_MACHINE") == f"'{ANSWERING_MACHINE}'"
    assert constant(f"{CAMPAIGNS}/staffing.ts", "MOST_AGENTS") == str(MOST_AGENTS)
