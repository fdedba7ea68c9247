"""Every filter, read back by the language it writes for: whatever the value, it stays in its place or is refused."""

from __future__ import annotations

import csv
import io
import json
import shlex
import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rendering import escape
from rendering.engine import FOLDER, RenderError, environment, render
from rendering.escape import FILTERS, UnwritableError

HOSTILE = (
    'it\'s "quoted"',
    "two\nlines",
    "cr\rlf\n",
    "$(touch /tmp/pwned)",
    "`whoami`",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+45;=1+1",
    "\u202egnp.exe",
    "a\u2028b\u0085c",
    "\u2018; Remove-Item C:\\ -Recurse; \u2019",
    "]]></x><y>&amp;<script>alert(1)</script>",
    "{{ 7 * 7 }}{% for %}",
    "%n ${IFS} \\",
    "* 3600 IN A 10.0.0.1 ; comment",
    "# no comment // nor /* this */",
    "æøå ÆØÅ é 漢字 🏠",
    "x" * 300,
    "",
    " leading and trailing ",
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.sampled_from(HOSTILE)
without_zero = text.filter(lambda value: "\0" not in value)


@given(without_zero)
def test_a_shell_reads_one_word(value: str) -> None:
    assert shlex.split(escape.sh(value)) == [value]


def test_a_real_shell_prints_what_was_meant() -> None:
    script = "".join(f"printf '%s\\0' {escape.sh(value)}\n" for value in HOSTILE)
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == list(HOSTILE)


@given(text)
def test_json_and_yaml_read_the_value(value: str) -> None:
    written = escape.tojson({"k": [value]})
    assert json.loads(written) == {"k": [value]}
    assert YAML(typ="safe", pure=True).load(written) == {"k": [value]}
    assert "</" not in written


@given(text)
def test_xml_reads_the_value_as_text_and_as_an_attribute(value: str) -> None:
    written = escape.xml(value)
    element = ET.fromstring(f'<x a="{written}">{written}</x>')  # noqa: S314 our own text
    kept = escape._XML_FORBIDDEN.sub("\ufffd", value)
    assert (element.get("a"), element.text or "") == (kept, kept)


@given(st.lists(text, min_size=2, max_size=4))
def test_a_csv_row_keeps_its_cells_and_none_is_a_formula(row: list[str]) -> None:
    line = ",".join(map(escape.csv_cell, row)) + "\r\n"
    (read,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert len(read) == len(row)
    for before, after in zip(row, read, strict=True):
        assert after.replace("'", "") == before.replace("'", "").replace("\0", "")
        assert not after.lstrip("\t\r\n").startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


@given(st.lists(text, min_size=1, max_size=3), st.sampled_from(",;\t|"))
def test_no_cell_is_a_formula_whatever_it_is_split_at(row: list[str], separator: str) -> None:
    line = ",".join(map(escape.csv_cell, row))
    for cell in line.replace("\n", separator).replace("\r", separator).split(separator):
        assert not cell.lstrip("\"'").startswith(("=", "+", "@")) or cell.lstrip('"').startswith("'")


@given(without_zero)
def test_a_powershell_literal_ends_where_it_should(value: str) -> None:
    written = str(escape.ps(value))
    assert (written[0], written[-1]) == ("'", "'")
    quotes = "'\u2018\u2019\u201a\u201b"
    inner, at, read = written[1:-1], 0, ""
    while at < len(inner):
        if inner[at] in quotes:
            assert inner[at : at + 2] == inner[at] * 2, "a quote that stands alone ends the string"
            at += 1
        read += inner[at]
        at += 1
    assert read == value


def test_powershell_takes_more_than_text() -> None:
    assert escape.ps([None, True, 7, "x"]) == "@($null, $true, 7, 'x')"


@given(text)
def test_what_ends_with_its_line_is_one_printable_line(value: str) -> None:
    for filter_ in (escape.comment, escape.cli, escape.nft):
        written = str(filter_(value))
        assert written.isprintable()
    assert str(escape.cli(value)).isascii()
    assert len(str(escape.nft(value)).encode()) <= 129
    assert str(escape.nft(value)).count('"') == 2


@given(without_zero)
def test_an_icinga_string_reads_back(value: str) -> None:
    written = str(escape.icinga(value))
    assert "\n" not in written
    read = json.loads(written.replace("$$", "$").translate({c: f"\\u{c:04x}" for c in range(0x20)}))
    assert read == value


@given(text)
def test_a_word_or_a_label_is_as_it_should_be_or_refused(value: str) -> None:
    for filter_, letters in ((escape.word, "_.:/@-"), (escape.dns_label, "_-")):
        try:
            written = str(filter_(value))
        except UnwritableError:
            continue
        assert written
        assert all(c.isascii() and (c.isalnum() or c in letters) for c in written)


@pytest.mark.parametrize("name", ["ps", "sh", "icinga", "word", "dns_label"])
def test_a_zero_byte_is_refused_where_nothing_can_hold_it(name: str) -> None:
    with pytest.raises(UnwritableError, match=r"a\\u0000b"):
        FILTERS[name]("a\0b")


@pytest.mark.parametrize("expression", ["name", "name ~ 'x'", "name == 'x'", "name.upper()", "[name]", "[name] | join"])
def test_text_without_a_filter_does_not_render(expression: str) -> None:
    template = environment().from_string("{{ " + expression + " }}")
    with pytest.raises(Exception, match="has passed no filter"):
        template.render(name="Skovly")


def test_an_undefined_name_does_not_render() -> None:
    with pytest.raises(RenderError, match=r"ansible/inventory\.yaml\.j2: 'hosts' is undefined"):
        render("ansible/inventory.yaml.j2", {})


def test_no_template_goes_round_the_filters() -> None:
    for path in FOLDER.rglob("*.j2"):
        source = path.read_text()
        assert "autoescape" not in source, path
        environment().parse(source)
