# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in the arguments of a command: passwords, tokens, and the values of environment variables.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ._masking import MASK

_SECRET_WORD = (
    r"(?:(?<![a-z0-9])(?:pw|pass|passphrase|(?<![be]os_)(?<!pad_)token|secret|key|(?:api|private)key|credentials?)|(?<=_)pwd|passwd|password"
    r"|(?<=[a-z0-9])(?-i:Token|Secret|Key))"  # PGPASSWORD, MYSQL_PWD, hfToken
)
_VALUE = r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s'"\\])+)"""
_NUMBER = r"""(?:\d{1,5}|\d*\.\d+|(?:[\d.]{1,15}:)?[\d-]{1,11}:[\d-]{1,11})(?:/\w+)?(?=[\s'",;}&#]|$)"""
_VARIABLE = r"""["']?\$(?:\(|(?-i:[A-Z_][A-Z0-9_]*|\{[A-Z_][A-Z0-9_]*\})(?=[\s'",;}&#@]|$))"""
_NO_SECRET = rf"(?!{_NUMBER}|{_VARIABLE})"
_HEADER = rf"(?<![\w-])(?:authorization|[\w-]*{_SECRET_WORD})"
_SCHEME = r"(?:bearer|basic|token)\s+"
_START = r"""(?:(?<=[\s'"=])|^)"""
_SECRET_OPTION = re.compile(r"secret_\w+|api_key|(?:\w+_)?pass(?:word)?")
"""The name of a secret option of this collection inside a mapping without an argument spec."""
_SECRET_ARGUMENTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # -e NAME=value, --env=NAME=value, -e 'NAME=a value'
        rf"""{_START}(?:-e|--env)(?:\s+|=)?(?P<quote>["'])[a-z_][\w.-]*=(?P<value>(?:(?!(?P=quote)).)*)""",
        rf"{_START}(?:-e|--env)(?:\s+|=)?[a-z_][\w.-]*=(?P<value>{_VALUE})",
        # -p value, --hf-token=value, PASSWORD=value, but not a number, -p 8080:80, a variable, or mkdir -p path
        rf"""{_START}(?<!\bmkdir )(?<!\bcp )-p(?:\s+|(?=["']|\S*\d)){_NO_SECRET}(?P<value>{_VALUE})""",
        rf"{_START}--?[\w-]*{_SECRET_WORD}(?:\s+|=){_NO_SECRET}(?P<value>{_VALUE})",
        rf"{_START}[\w-]*{_SECRET_WORD}={_NO_SECRET}(?P<value>{_VALUE})",
        # -u user:value, but not the user and group of a container
        rf"""{_START}(?:-u|--user)(?:\s+|=)?["']?(?P<user>[^\s:'"]+):{_NO_SECRET}(?!(?P=user)\b)(?P<value>[^\s'"]+)""",
        # Authorization: Bearer value, X-API-Key: value, "password": "value"
        rf"\b(?:bearer|basic)\s+{_NO_SECRET}(?P<value>{_VALUE})",
        rf"""{_HEADER}["']?:\s*["']?(?:{_SCHEME})?{_NO_SECRET}(?!{_SCHEME})(?P<value>[^\s'",{{}}]+)""",
        # https://user:value@host, https://value@host, https://host/?token=value
        rf"""://[^\s/'"@:]*:(?!{_VARIABLE})(?P<value>[^\s/'"@]+)(?=@)""",
        r"""://(?P<value>[^\s/'"@:]{20,})(?=@)""",
        rf"""[?&][\w.-]*(?:{_SECRET_WORD}|sig|signature)={_NO_SECRET}(?P<value>[^\s&#'"]+)""",
        # A private key
        r"PRIVATE KEY-----(?P<value>(?:(?!-----END)[\s\S])+)",
        r"PuTTY-User-Key-File-(?P<value>[\s\S]+)",
    )
]


def secrets_in(text: str) -> list[str]:
    """Return the values in a text that are probably secret."""
    found = (found for pattern in _SECRET_ARGUMENTS for found in pattern.finditer(text))
    return list(dict.fromkeys(argument["value"].strip("'\"") for argument in found))


def without_secrets(value: Any) -> Any:
    """Return a value with masks in place of the probable secrets in its texts."""
    if isinstance(value, dict):
        return {
            name: MASK if _SECRET_OPTION.fullmatch(str(name)) else without_secrets(item) for name, item in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if not isinstance(value, str):
        return value
    for pattern in _SECRET_ARGUMENTS:
        value = pattern.sub(_masked, value)
    return value


def shown_options(spec: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a task with masks in place of the probable secrets in those that are not secret.

    Secret options stay as they are: Ansible masks them as a whole, and only if they are unchanged. Values of unknown
    options are masked, because the option can be a misspelled secret one.
    """
    return {
        name: _shown_option(argument, value) if (argument := _argument(spec, name)) else MASK
        for name, value in params.items()
    }


def secret_values(spec: dict[str, Any], params: dict[str, Any]) -> set[str]:
    """Return the values of all secret options, which Ansible masks in a result."""
    values: set[str] = set()
    for name, value in params.items():
        argument = _argument(spec, name)
        if argument.get("no_log"):
            values.update(_leaves(value))
        elif "options" in argument:
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    values |= secret_values(argument["options"], item)
    return values


def _argument(spec: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the argument with a name or an alias, or an empty dictionary."""
    if name in spec:
        argument: dict[str, Any] = spec[name]
        return argument
    return next((argument for argument in spec.values() if name in argument.get("aliases", ())), {})


def _leaves(value: Any) -> Iterator[str]:
    """Yield the texts and numbers in a value, as text."""
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
        yield str(value)


def _shown_option(argument: dict[str, Any], value: Any) -> Any:
    if argument.get("no_log"):
        return value
    if "options" in argument and isinstance(value, dict):
        return shown_options(argument["options"], value)
    if "options" in argument and isinstance(value, list):
        return [_shown_option({"options": argument["options"]}, item) for item in value]
    return without_secrets(value)


def _masked(found: re.Match[str]) -> str:
    start, end = (position - found.start() for position in found.span("value"))
    return f"{found[0][:start]}{MASK}{found[0][end:]}"
