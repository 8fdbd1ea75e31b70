# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the resources whose name may be another form of the name in a task.

A provider can store a name in another form: in lower case, cut at a length limit, as a slug, or escaped. A search for
the exact name then never finds the resource, so that each run would create another one.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Collection

from .state import CurrentState, DesiredState

LENGTH_LIMITS = frozenset({32, 40, 48, 50, 60, 63, 64, 100, 128, 200, 220, 255})
"""Usual length limits of names, in characters or bytes. A provider can cut a longer name at its limit."""

_CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})|\\U000([0-9a-fA-F]{5})")
"""A character that is escaped as in JSON or in Python."""
_LEVELS_OF_ESCAPING = 3
"""How many times a name is unescaped at most: a web form and an API can each escape it once."""


def similar_resources(
    resources: Collection[CurrentState],
    desired_state: DesiredState,
    named_by: Collection[str],
    declared: Collection[DesiredState],
) -> list[CurrentState]:
    """Return the resources whose name may be another form of the desired one.

    :param named_by: the options that identify a resource without an id, among them the name. All of them are compared.
    :param declared: the desired states of all entries. A resource that one of them specifies by its id or by its exact
        name is not returned.
    """
    others = [option for option in named_by if option != "name"]
    desired = _identity(desired_state, others)
    similar = [
        current
        for current in resources
        if _is_other_form(_identity(current, others), desired) and not current.being_removed and not current.gone
    ]
    return [
        current
        for current in similar
        if not any(
            current.id == other.id or _identity(current, others) == _identity(other, others) for other in declared
        )
    ]


def _identity(resource: CurrentState | DesiredState, others: list[str]) -> list[str]:
    """Return what identifies a resource without an id: its name, and the values of other options."""
    return [resource.name, *(str(resource.values.get(option, "")) for option in others)]


def _is_other_form(stored: list[str], desired: list[str]) -> bool:
    return stored != desired and all(old == new or is_similar(old, new) for old, new in zip(stored, desired))


def is_similar(stored: str, desired: str) -> bool:
    """Return whether a provider may have stored the name ``desired`` as ``stored``."""
    stored_form = _forms(stored)[0]
    return any(_is_beginning(stored, stored_form, desired_form) for desired_form in _forms(desired))


def _is_beginning(stored: str, stored_form: str, desired_form: str) -> bool:
    """Return whether a form is the whole other form, or the part of it before a cut."""
    if not stored_form or not desired_form.startswith(stored_form):
        return False
    rest = desired_form[len(stored_form) :]
    if not rest:
        return True
    # After a cut, a provider can also remove the separators at the end.
    removed = 1 if rest.startswith("-") else 0
    lengths = {len(stored), len(stored.encode("utf-8", "replace"))}
    return any(length + more in LENGTH_LIMITS for length in lengths for more in range(removed + 1))


@functools.lru_cache(maxsize=1 << 16)
def _forms(name: str) -> tuple[str, ...]:
    """Return the form in which all forms of a name are equal.

    A name with escapes also has the form in which they are ordinary characters: a provider can replace the percent sign
    of ``a%20b`` only.
    """
    return tuple(map(_normalized, dict.fromkeys((_unescaped(name), name))))


def _normalized(name: str) -> str:
    """Return a name in one form.

    Invisible characters are removed, the others are compatible and case-folded, and each run of separators is one
    hyphen, except at the beginning and at the end. Separators are all characters except letters, digits and marks.
    """
    form = unicodedata.normalize("NFKC", name).casefold()
    form = "".join(letter for letter in unicodedata.normalize("NFKC", form) if unicodedata.category(letter) != "Cf")
    return "-".join("".join(letter if _is_part(letter) else " " for letter in form).split()) or name.strip()


def _unescaped(name: str) -> str:
    """Return a name without HTML entities, percent encoding and escaped code points."""
    for _level in range(_LEVELS_OF_ESCAPING):
        plain = _CODE_POINT.sub(_character, urllib.parse.unquote(html.unescape(name)))
        if plain == name:
            break
        name = plain
    return name


def _character(code: re.Match[str]) -> str:
    number = int(code[1] or code[2], 16)
    # Half of a UTF-16 pair is not a character.
    return code[0] if 0xD800 <= number < 0xE000 else chr(number)


def _is_part(letter: str) -> bool:
    """Return whether a character is not a separator."""
    return letter.isalnum() or unicodedata.category(letter).startswith("M")
