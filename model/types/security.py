"""What the law asks to have on record of a system, and what excuses a finding of the security baseline.

The keys follow GDPR article 30(1) (the record of processing activities), article 28 (processors) and article 35 (impact
assessments), and NIS2-loven (lov nr. 434 af 6. maj 2025) section 6, numbers 3 and 4: continuity and suppliers. Each is
whole or not there: a record without a purpose is none. Left out: what an article 30 record says of the whole
municipality, such as its data protection officer, which is no system's.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from model.base import Key, Model, Text

ControlId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*-[0-9]{2}$")]
"""A control of the baseline: `SEG-02`."""

Scope = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[A-Za-z0-9_.-]+$", max_length=120)]
"""A section and the item in it, as a finding names it: `systems.sbsys`, `flows.sbsys-sql-from-workplaces`."""

Hours = Annotated[int, Field(ge=0, le=8760)]
"""A number of hours, at most a year."""

Listed = Annotated[tuple[Text, ...], Field(min_length=1)]
"""At least one line of text."""


class Processor(Model):
    """The data processing agreement with the system's vendor (GDPR article 28(3))."""

    agreement: date
    """The day on which the agreement was signed."""
    reviewed: date | None = None
    """The last day on which it was looked at whether the vendor keeps to it."""
    sub_processors: tuple[Text, ...] = ()
    """Whom the vendor uses in turn (article 28(2))."""


class Assessment(Model):
    """The data protection impact assessment (GDPR article 35)."""

    reference: Text
    """Where it is filed: the number of its case."""
    done: date
    """The day on which it was finished, or last looked at anew."""


class Transfer(Model):
    """A transfer of personal data out of the EU and the EEA (GDPR chapter V)."""

    to: Text
    """The country or the organisation."""
    ground: Text
    """What it rests on: `Kommissionens standardkontrakt (2021/914)`."""


class Processing(Model):
    """What GDPR article 30(1) asks to have on record of the processing that a system is for. In Danish."""

    purpose: Text
    """What the data are processed for (article 30(1)(b))."""
    legal_basis: Listed
    """What allows it: articles 6 and 9, and the Danish act."""
    data_subjects: Listed
    """Whom the data are about (article 30(1)(c))."""
    categories: Listed
    """What kinds of data they are (article 30(1)(c))."""
    recipients: tuple[Text, ...]
    """To whom they are passed on (article 30(1)(d)). `[]` says to nobody."""
    retention: Text
    """When they are deleted (article 30(1)(f))."""
    transfers: tuple[Transfer, ...] = ()
    """Transfers out of the EU and the EEA (article 30(1)(e))."""
    processor: Processor | None = None
    """The agreement with the vendor. Required of a system that its vendor runs (control `GDPR-28`)."""
    assessment: Assessment | None = None
    """The impact assessment. Required where `personal_data` is `special` (control `GDPR-35`)."""
    kitos: Text | None = None
    """The system's number in OS2kitos, where municipalities keep their systems."""
    assumed: Text | None = None
    """Why this is no fact yet, and who will say. The record shows it."""


class Supplier(Model):
    """How the vendor is reached when the platform is under attack (NIS2-loven section 6, number 4)."""

    contact: Text
    """The vendor's desk that answers for security, never a person: `Leverandørens sikkerhedsvagt`."""
    incidents: Text
    """Where the vendor reports incidents to, and takes ours: a mailbox or a number."""
    contract_ends: date | None = None
    """The last day of the contract."""
    assumed: Text | None = None
    """Why this is no fact yet."""


class Recovery(Model):
    """How long the system may be away and how much may be lost (NIS2-loven section 6, number 3)."""

    rto_hours: Hours
    """Hours until it is back (recovery time objective)."""
    rpo_hours: Hours
    """Hours of data that may be lost (recovery point objective)."""
    assumed: Text | None = None
    """Why this is no fact yet."""


class Exemption(Model):
    """A finding of the security baseline that is accepted, until a day."""

    name: Key
    """Name of the exception."""
    control: ControlId
    """The control that it is an exception from: `refresh check PLATFORM --controls` lists them."""
    scope: Scope
    """What is excused, exactly as the finding names it. No exception holds for more than one item."""
    reason: Text
    """Why the risk is borne, and what is done instead."""
    owner: Text
    """The role that bears it, never a person."""
    expires: date
    """The last day. After it `refresh check` fails (`EXPIRED`), and so it does when nothing is left to excuse."""
