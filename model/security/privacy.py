"""Controls over personal data: what the data protection regulation asks to have on record of each system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.security.control import Control, Level, Offence, iso, law

if TYPE_CHECKING:
    from model.platform import Platform


def _records(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in platform.estate.systems.items():
        if system.personal_data != "none" and system.processing is None:
            message = (
                f"{system.title} holds personal data and has no record; add `processing:` with what article 30 asks"
            )
            yield Offence("systems", code, ("processing",), message)


def _processors(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in platform.estate.systems.items():
        record = system.processing
        if system.hosting == "vendor" and record is not None and record.processor is None:
            message = f"{system.title} is run by its vendor without an agreement; add `processor: {{agreement: ...}}`"
            yield Offence("systems", code, ("processing", "processor"), message)


def _assessments(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in platform.estate.systems.items():
        record = system.processing
        if system.personal_data == "special" and record is not None and record.assessment is None:
            message = f"{system.title} holds special categories and nobody assessed it; add `assessment:` with its case"
            yield Offence("systems", code, ("processing", "assessment"), message)


CONTROLS = (
    Control(
        id="GDPR-30",
        what="Each system with personal data is on the record of processing activities.",
        why="The record is asked for at every inspection, and must be there in writing (GDPR, article 30(1) and (3)).",
        owner="data protection officer",
        severity="high",
        level=Level.ENFORCE,
        applies="systems whose personal_data is ordinary or special",
        mend="Write `processing` in the system's file: purpose, legal basis, data subjects, categories, recipients, "
        "retention.",
        references=(*law("GDPR", "article 30"), *iso("A.5.34")),
        check=_records,
    ),
    Control(
        id="GDPR-28",
        what="A vendor that runs a system with personal data has signed a data processing agreement.",
        why="Without one the processing is unlawful, whoever does it (GDPR, article 28(3)).",
        owner="data protection officer",
        severity="high",
        level=Level.ENFORCE,
        applies="systems that their vendor runs and that are on the record",
        mend="Write `processor` below `processing`, with the day on which the agreement was signed.",
        references=(*law("GDPR", "article 28"), *iso("A.5.19", "A.5.20")),
        check=_processors,
    ),
    Control(
        id="GDPR-35",
        what="What holds special categories of personal data has an impact assessment.",
        why="Health and social data on a large scale need one beforehand (GDPR, article 35(3)(b)).",
        owner="data protection officer",
        severity="high",
        level=Level.ENFORCE,
        applies="systems whose personal_data is special and that are on the record",
        mend="Write `assessment` below `processing`, with the number of its case and its day.",
        references=(*law("GDPR", "article 35"), *iso("A.5.34")),
        check=_assessments,
    ),
)
