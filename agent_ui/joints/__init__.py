"""Where two packages meet: what a feature asks for through its port, answered from the CRM or the floor."""
