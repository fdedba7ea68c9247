"""No secret in a message, in whatever form it comes back."""

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.masking import Masks

SECRETS = ["S3cret-of-the-site", "p æ+/?&'\"\\<>:%é", "Hunter2!", "🔑 nøgle🔑", "a\ttab\tand more"]
FORMS = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON in letters": lambda s: json.dumps(s, ensure_ascii=False),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s)),
    "JSON of .NET": lambda s: (
        json.dumps(s).replace("\\u00e6", "\\u00E6").replace("'", "\\u0027").replace("+", "\\u002B")
    ),
    "a URL": lambda s: quote(s, safe=""),
    "a URL in small letters": lambda s: re.sub("%..", lambda m: m[0].lower(), quote(s, safe="")),
    "a URL in a URL": lambda s: quote(quote(s, safe=""), safe=""),
    "a form": quote_plus,
    "HTML": html.escape,
    "HTML in numbers": lambda s: "".join(f"&#{ord(c)};" if not c.isalnum() else c for c in s),
    "Python": repr,
    "Python's bytes": lambda s: repr(s.encode()),
    "hexadecimal": lambda s: s.encode().hex(),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 for a URL": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64 of Windows": lambda s: base64.b64encode(s.encode("utf-16-le")).decode(),
    "sign-in": lambda s: "Basic " + base64.b64encode(f"u:{s}".encode()).decode(),
    "sign-in of another": lambda s: "Basic " + base64.b64encode(f"AD\\svc:{s}".encode()).decode(),
    "base64 in a longer text": lambda s: base64.b64encode(f'{{"password":"{s}", "more": 1}}'.encode()).decode(),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_secret_is_masked(form: str, secret: str) -> None:
    masks = Masks()
    masks.add(secret)
    shown = masks.clean(f"before <{FORMS[form](secret)}> after")
    assert shown.startswith("before <")
    assert shown.endswith("> after")
    assert "[secret]" in shown
    assert len(shown.replace("[secret]", "")) < len("before <> after") + (40 if "longer" in form else 24)


def test_a_text_without_a_secret_stays() -> None:
    masks = Masks()
    masks.add("S3cret-of-the-site")
    text = "The machine catalog 'MC-G26' could not be found: site, secret, of the."
    assert masks.clean(text) == text


def test_a_long_secret_and_one_that_holds_another_are_masked_whole() -> None:
    masks = Masks()
    for secret in ("token", "token-that-is-longer", "", "x" * 8000):
        masks.add(secret)
    assert masks.clean(f"token-that-is-longer {'x' * 8000}") == "[secret] [secret]"


def test_a_message_is_one_short_line_without_control_characters() -> None:
    shown = Masks().clean("one\r\ntwo\x1b[2J\u202ethree\x00\ud800" + "x" * 5000)
    assert shown.startswith("one two [2J three x")
    assert len(shown) < 700
    assert shown.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=8, max_size=40), st.binary(max_size=5), st.sampled_from(["utf-8", "utf-16-le"]))
def test_base64_is_masked_wherever_the_secret_stands_in_it(secret: str, before: bytes, encoding: str) -> None:
    masks = Masks()
    masks.add(secret)
    raw = before + secret.encode(encoding, "surrogatepass") + b"after"
    assert "[secret]" in masks.clean(base64.b64encode(raw).decode())
