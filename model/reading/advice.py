"""What to do about a value that its type refuses, in words that begin with a verb.

Pydantic says what a value should be; here is what a person should write. Left out: which value and where, which the
caller says. A kind of error that is not listed keeps pydantic's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

_ADVICE: Mapping[str, str] = {
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "date_from_datetime_inexact": "write a day as YYYY-MM-DD",
    "date_from_datetime_parsing": "write a day as YYYY-MM-DD",
    "date_parsing": "write a day as YYYY-MM-DD",
    "date_type": "write a day as YYYY-MM-DD",
    "dict_type": "write a map",
    "enum": "write {expected}",
    "float_parsing": "give a number",
    "float_type": "give a number",
    "greater_than": "give more than {gt}",
    "greater_than_equal": "give {ge} or more",
    "int_from_float": "give a whole number",
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "less_than": "give less than {lt}",
    "less_than_equal": "give {le} or less",
    "list_type": "write a list",
    "literal_error": "write {expected}",
    "missing": "give it a value",
    "model_attributes_type": "write a map",
    "model_type": "write a map",
    "string_pattern_mismatch": "match the pattern {pattern}",
    "string_too_long": "keep it to {max_length} characters",
    "string_too_short": "write something",
    "string_type": "write text",
    "too_long": "keep it to {max_length} entries",
    "tuple_type": "write a list",
}
"""By pydantic's type of an error, with what its context holds (docs.pydantic.dev, Validation Errors)."""

_WORDS = {"True": "true", "False": "false"}


def advice(problem: Mapping[str, Any]) -> str:
    """What to do about one of the errors of a ValidationError, of which it needs type, input, message and context."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "value_error":
        return _address(problem["input"])
    if kind == "too_short":
        least = context["min_length"]
        return "name at least one" if least == 1 else f"name at least {least}"
    words = _ADVICE.get(kind, "mend it: " + problem["msg"][:1].lower() + problem["msg"][1:])
    for name, value in context.items():
        words = words.replace(f"{{{name}}}", _WORDS.get(str(value), str(value)))
    return words


def _address(value: Any) -> str:
    """What to write for an address or a prefix: Python's own types of them are all that raise an error of their own."""
    try:
        return f"write {ip_network(value, strict=False)}, without the host's bits"
    except ValueError:
        return "write an IPv4 address, such as 10.26.4.14, or a prefix, such as 10.26.4.0/24"
