"""Words for what a campaign is, as in the database and the API."""

DRAFT, SCHEDULED, RUNNING, PAUSED, FINISHED = "draft", "scheduled", "running", "paused", "finished"

AGENTLESS = "agentless"

ASKED = "asked"
LOST_WAITING, LOST_RINGING, LOST_NOBODY = "lost_waiting", "lost_ringing", "lost_nobody"
UNSERVED = (LOST_WAITING, LOST_RINGING, LOST_NOBODY)
"""Who asked for an agent in a campaign without agents, and got none: they hung up in line, while an agent's phone rang,
or the line had nobody for them. No law calls them abandoned: nobody was promised to them when they answered."""

MODES = ("manual", "preview", "progressive", "ratio", "predictive", AGENTLESS)
