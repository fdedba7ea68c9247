"""The pages, from html/: every value is escaped where it stands, and a name that is not there is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from refresh.board.access import Identity, csrf
from refresh.board.live import Live
from refresh.board.reports import FAULTS
from refresh.board.views import View

FOLDER: Final = Path(__file__).resolve().parent
"""Where html/ and static/ are."""


def page(live: Live, who: Identity, session: str) -> str:
    """The whole page of a role or a crew."""
    return render("page.html.j2", **_parts(live, who), csrf=csrf(session), faults_known=list(FAULTS.items()))


def part(live: Live, who: Identity) -> str:
    """What changes of it."""
    return render(f"{who.role}.html.j2", **_parts(live, who))


def plain(title: str, text: str) -> str:
    """A page that says one thing."""
    return render("plain.html.j2", title=title, text=text)


def enter() -> str:
    """The page that a link opens."""
    return render("enter.html.j2")


def render(name: str, **context: Any) -> str:
    """A template of html/ with its context."""
    return _environment().get_template(name).render(context)


def _parts(live: Live, who: Identity) -> dict[str, Any]:
    view = View(live.state, live.now(), live.outlook)
    crew = who.key.partition(":")[2] if who.role == "crew" else None
    return {
        "who": who,
        "crew": crew,
        "plan": live.plan,
        "view": view,
        "seq": live.state.seq,
        "state": live.state,
        "rehearsal": live.rehearsal,
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
