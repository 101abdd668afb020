"""Words for what a campaign is, as in the database and the API."""

DRAFT, SCHEDULED, RUNNING, PAUSED, FINISHED = "draft", "scheduled", "running", "paused", "finished"

AGENTLESS = "agentless"
MODES = ("manual", "preview", "progressive", "ratio", "predictive", AGENTLESS)
