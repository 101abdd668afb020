"""For all tests: a busy machine makes no test of properties fail, which Hypothesis would let it by its deadline."""

from hypothesis import HealthCheck, settings

settings.register_profile("callroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("callroom")
