"""What the maker of a link chose for its board."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from crm_core.domain.counts import Limits
from crm_core.domain.service_level import Formula, Rule


class Targets(BaseModel):
    """From where on a figure is to be watched, and from where on it is an alarm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service_level_watch: float = Field(default=0.8, ge=0, le=1)
    service_level_alarm: float = Field(default=0.7, ge=0, le=1)
    waiting_watch: int = Field(default=3, ge=1, le=10_000)
    waiting_alarm: int = Field(default=8, ge=1, le=10_000)
    wait_watch_s: int = Field(default=30, ge=1, le=36_000)
    wait_alarm_s: int = Field(default=120, ge=1, le=36_000)
    abandon_watch: float = Field(default=0.05, ge=0, le=1)
    abandon_alarm: float = Field(default=0.1, ge=0, le=1)

    @model_validator(mode="after")
    def _alarm_is_worse(self) -> Self:
        worse = (
            self.service_level_alarm <= self.service_level_watch
            and self.waiting_alarm >= self.waiting_watch
            and self.wait_alarm_s >= self.wait_watch_s
            and self.abandon_alarm >= self.abandon_watch
        )
        if not worse:
            raise ValueError("an alarm must not come before its warning")
        return self


class Choices(BaseModel):
    """`queue_ids` none: all. The three choices after the formula are for `genesys` alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queue_ids: tuple[int, ...] = Field(default=(), max_length=50)
    language: Literal["zh", "en"] = "zh"
    theme: Literal["dark", "light"] = "dark"
    formula: Formula = Formula.IGNORE_ABANDONS
    with_passed_on: bool = False
    without_short: bool = False
    without_abandons: bool = False
    threshold_s: float = Field(default=20, ge=1, le=3600)
    short_s: float = Field(default=6, ge=0, le=60)
    interval_min: Literal[15, 30] = 30
    with_names: bool = False
    targets: Targets = Targets()

    @property
    def rule(self) -> Rule:
        """How the service level is counted."""
        return Rule(self.formula, self.with_passed_on, self.without_short, self.without_abandons)

    @property
    def limits(self) -> Limits:
        """Its T, and what a short abandon is."""
        return Limits(self.threshold_s, self.short_s)
