"""AMI: actions to Asterisk, events from it; only `cti.switch` speaks it."""
