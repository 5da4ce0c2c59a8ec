"""How a report is to be composed: the template's sections and settings, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.wording import STANDARD_BANDS, Bands, quantifier

if TYPE_CHECKING:
    from reports.models import ReportTemplate


@dataclass(frozen=True)
class SectionSpec:
    """One section of a template."""

    kind: str
    heading: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Style:
    """The office's choices of wording; ``ReportTemplate.settings`` holds those that differ from these.

    Attributes:
        bands: where 个别 ends and 部分 begins, and so on.
        names_units: whether the part about problems names organizations; they are in the annex anyway.
        names_examples: whether good practices name the organization.
        themes: how many themes of a category get a number of their own; what the others have to tell is gathered in one paragraph.
        full_points: how many problems of one theme are told in full; the others follow by their headings.
        examples: how many good practices a theme tells; only one where there are many categories.
        smallest_group: a category is named as the place of a problem only when at least so many of it were inspected.
        deadline_days: within how many days an organization answers feedback.
        follow_up: a closing sentence of the next steps, decided by the office; empty for none.
        all_well: what feedback asks of an organization without problems.

    """

    bands: Bands = STANDARD_BANDS
    names_units: bool = False
    names_examples: bool = True
    themes: int = 3
    full_points: int = 2
    examples: int = 2
    smallest_group: int = 5
    deadline_days: int = 30
    follow_up: str = ""
    all_well: str = ""
    addressee: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Style:
        """Read a template's settings; what is missing keeps its default."""
        known = {name: value for name, value in settings.items() if name in cls.__dataclass_fields__ and name != "bands"}
        return cls(bands=Bands.of(settings.get("bands", {})), **known)

    def word(self, n: int, of: int) -> str:
        """个别, 部分, 多数 or 普遍, by the bands of this template."""
        return quantifier(n, of, self.bands)


@dataclass(frozen=True)
class TemplateSpec:
    """A template as composing needs it."""

    title_pattern: str
    sections: tuple[SectionSpec, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, template: ReportTemplate) -> TemplateSpec:
        """Read a template and its sections; two queries at most."""
        sections = tuple(SectionSpec(row.kind, row.heading, row.settings) for row in template.sections.all())
        return cls(template.title_pattern, sections, template.settings)


@dataclass(frozen=True)
class Wishes:
    """What the person who composes has typed; empty values are composed."""

    title: str = ""
    addressee: str = ""
    signers: tuple[str, ...] = ()
    signed_on: date | None = None
    deadline_days: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Wishes:
        """Read a form's or a job's values; dates may be ISO text. Raises ``ValueError`` for a date that is none."""
        signed_on = values.get("signed_on") or None
        return cls(
            title=values.get("title") or "",
            addressee=values.get("addressee") or "",
            signers=tuple(values.get("signers") or ()),
            signed_on=date.fromisoformat(signed_on) if isinstance(signed_on, str) else signed_on,
            deadline_days=values.get("deadline_days") or None,
        )
