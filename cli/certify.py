"""`refresh certify`: each site's way from the port in the wall to a desktop, from what was rendered and built."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import backend, common, progress

if TYPE_CHECKING:
    from refresh.certificate.estate import Estate
    from refresh.certificate.facts import Certificate
    from refresh.certificate.reading.text import Text


def certify(  # noqa: PLR0913, PLR0917 one parameter an option
    platform: Annotated[str, typer.Argument(help="The platform that was rendered and built, by its name.")],
    out: Annotated[Path, typer.Option(help="The folder for the pages and their JSON.")],
    rendered: Annotated[Path | None, typer.Option(help="The folder that `refresh render --out` wrote.")] = None,
    outputs: Annotated[
        list[Path] | None, typer.Option(help="A file of `pulumi stack output --json`; may be given again.")
    ] = None,
    stack: Annotated[list[str] | None, typer.Option(help="A stack to ask instead; may be given again.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only this site; may be given again.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Make nothing; say whether the certificate in --out is as it was made.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Ask what answers too, from a machine that stands at the one --site.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the overview as JSON.")] = False,
    today: Annotated[dt.datetime | None, common.TODAY] = None,
) -> None:
    """Certify each site after a cutover, link by link. Exit status 1 when a link breaks at one of them.

    For example: refresh certify holstebro --rendered out/holstebro --stack holstebro --out out/certificate
    """
    if check:
        _check(out)
        return
    if rendered is None or not (outputs or stack):
        common.fail("refresh certify: nothing to read; give --rendered, and --outputs or --stack")
    if live and len(site or ()) != 1:
        common.fail("refresh certify: --live asks from where this machine stands; name that one site with --site")
    from refresh.certificate.reading.text import BadInputError

    try:
        progress.step("reading what was rendered")
        estate = _read(Path(platform).name, rendered, [*_files(outputs or ()), *_stacks(stack or (), out)])
        found = _looked_at(estate, site, live=live)
    except BadInputError as error:
        for message in error.messages:
            common.say(message)
        raise SystemExit(common.BAD_INPUT) from None
    overview = _write(estate, Path(platform).name, found, out, common.day(today).isoformat())
    if as_json:
        print(overview, end="")
    else:
        _print(estate, found, out)
    if estate.edited or not all(each.ok for each in found):
        raise SystemExit(common.FOUND)


def _check(out: Path) -> None:
    from refresh.certificate import chain
    from refresh.certificate.reading.text import BadInputError

    try:
        found = list(chain.check(out))
    except BadInputError as error:
        common.fail("\n".join(error.messages))
    for line in found:
        common.say(line)
    if found:
        raise SystemExit(common.FOUND)
    print(f"{out}: as it was made, with the seal {_seal(out)}")


def _seal(out: Path) -> str:
    from refresh.certificate import chain

    return chain.digest((out / chain.OVERVIEW).read_bytes())


def _files(paths: Sequence[Path]) -> list[Text]:
    from refresh.certificate.reading.text import BadInputError, Text

    found: list[Text] = []
    for path in paths:
        try:
            found.append(Text(path.name, path.read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            message = f"{path}: cannot be read ({reason}); write it with `pulumi stack output --json`"
            raise BadInputError(message) from None
    return found


def _stacks(stacks: Sequence[str], out: Path) -> list[Text]:
    """What the stacks put out, kept beside the certificate, which names its lines."""
    from refresh.certificate.reading.text import Text

    found: list[Text] = []
    for stack in stacks:
        text = json.dumps(backend.outputs(stack, f"refresh certify --stack {stack}"), ensure_ascii=False, indent=1)
        name = f"{stack.rpartition('/')[2]}.outputs.json"
        common.write(out / name, text + "\n")
        found.append(Text(name, text + "\n"))
    return found


def _read(platform: str, rendered: Path, stacks: Sequence[Text]) -> Estate:
    from refresh.certificate import estate
    from refresh.certificate.reading.text import BadInputError

    found = estate.load(rendered, stacks)
    for what, whose in ((rendered, estate.platform_of(found.manifest)), ("the stacks", found.outputs.platform)):
        if whose != platform:
            raise BadInputError(f"{what}: of {whose}, and {platform} was asked for; give what belongs to {platform}")
    return found


def _looked_at(estate: Estate, sites: Sequence[str] | None, *, live: bool) -> list[Certificate]:
    from refresh.certificate.certify import certificate
    from refresh.certificate.reading.text import BadInputError
    from refresh.certificate.wire import Wire

    for code in sites or ():
        if code not in estate.sites:
            raise BadInputError(f"--site {code}: no such site in netbox/01-sites.csv; name one of its facilities")
    found: list[Certificate] = []
    for code, site in estate.sites.items():
        if not sites or code in sites:
            progress.step(f"following the way at {code}")
            found.append(certificate(estate, site, Wire() if live else None))
    return found


def _write(estate: Estate, platform: str, found: Sequence[Certificate], out: Path, day: str) -> str:
    """Writes every page with its JSON, removes those of sites that are no more, and gives the overview."""
    from refresh.certificate import chain
    from templates import certificate as pages

    head = chain.heading(estate, platform, day)
    title = str(estate.store.data["title"]) if estate.store is not None else platform.capitalize()
    links, documents = chain.Chain(head), [chain.site(each) for each in found]
    for document in documents:
        page = pages.page(head, title, document, links.last)
        common.write(out / f"{document['site']}.json", links.add(document, page))
        common.write(out / f"{document['site']}.html", page)
    for path in sorted(out.glob("S*.json")):
        if path.stem not in {document["site"] for document in documents}:
            path.unlink()
            path.with_suffix(".html").unlink(missing_ok=True)
    end = links.end()
    page = pages.overview(end, title, documents)
    overview = chain.seal(end, page)
    common.write(out / chain.INDEX, page)
    common.write(out / chain.OVERVIEW, overview)
    return overview


def _print(estate: Estate, found: Sequence[Certificate], out: Path) -> None:
    from refresh.certificate.facts import TITLES

    for fact in estate.edited:
        print(f"{fact.at}: {fact.text}: {fact.value} (skulle være: {fact.wrong})")
    seen: dict[tuple[str, ...], list[str]] = {}
    for each in found:
        for link in each.links:
            for fact in link.breaks:
                said = f"{TITLES[link.key]}: {fact.text}: {fact.value} (skulle være: {fact.wrong})"
                seen.setdefault((str(fact.at), said), []).append(each.site)
    for (at, said), sites in seen.items():
        print(f"{at}: {', '.join(dict.fromkeys(sites)) if len(sites) < len(found) else 'alle steder'}: {said}")
    good, hidden = sum(each.whole for each in found), sum(each.ok and not each.whole for each in found)
    unseen = f", {hidden} have links that cannot be seen from here" if hidden else ""
    print(f"{out}: {good} of {len(found)} sites are whole{unseen}, sealed {_seal(out)}")
