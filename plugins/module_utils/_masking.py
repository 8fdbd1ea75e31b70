# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that Ansible's masking would change, and values that it has changed.

Ansible replaces the values of all secret options of a task wherever they occur in the result. If a secret is part of a
name, the result contains another name, and the next task would create a resource with it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ._validation import Violation

MASK = "********"
MASKS = (MASK, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")
"""The texts that Ansible shows instead of a secret, as part of a value and as a whole value."""
SHORTEST = 8
"""Characters. A shorter value is not masked, because it can also occur in ids and numbers."""

_WHY = "because Ansible masks that value in all output"


class Located(NamedTuple):
    """A text of a task or of a resource.

    :param path: the path of the option or of the result key that contains it.
    :param place: the entry of a fleet, or an empty text.
    :param is_name: it is the last name in the path, and not the value.
    """

    path: str
    text: str
    place: str = ""
    is_name: bool = False

    def seen_from(self, place: str) -> str:
        """Return the path, with the entry unless it is ``place``."""
        return f"{self.path} in {self.place}" if self.place not in ("", place) else self.path


class Masked:
    """The values that Ansible masks in the result of a task.

    A fleet can have thousands of secrets and of texts. An index by the first characters and by the length of the
    secrets finds them without a comparison of each secret with each text.
    """

    def __init__(self, secrets: Iterable[Located] = ()) -> None:
        self._by_start: dict[str, dict[int, dict[str, list[Located]]]] = {}
        for secret in secrets:
            if len(secret.text) >= SHORTEST:
                by_length = self._by_start.setdefault(secret.text[:SHORTEST], {})
                by_length.setdefault(len(secret.text), {}).setdefault(secret.text, []).append(secret)

    def found_in(self, text: str, place: str = "") -> Located | None:
        """Return a secret that occurs in a text, if possible one of the same entry; or ``None``."""
        if not self._by_start:
            return None
        for start in range(len(text) - SHORTEST + 1):
            for length, by_text in self._by_start.get(text[start : start + SHORTEST], {}).items():
                secrets = by_text.get(text[start : start + length], [])
                if secrets:
                    return next((secret for secret in secrets if secret.place == place), secrets[0])
        return None

    def result_violations(self, shown: dict[str, Any], subject: str, place: str) -> list[Violation]:
        """Return the violations of secrets that occur in a resource as results show it.

        :param subject: the resource, for a sentence.
        :param place: its entry in a fleet, or an empty text.
        """
        found = [(text, self.found_in(text.text, place)) for text in texts(shown, "", is_result=True)]
        return [
            Violation(
                secret.seen_from(place),
                f"must not have a value that occurs in {text.path} of {subject}, {_WHY} and would change it there; "
                "use another secret",
            )
            for text, secret in found
            if secret
        ]


class OptionTexts:
    """All texts in the options of a task, the secret ones apart from those that the result shows.

    :param words: words of results that no secret may contain. The names of the options are added to them.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = set(words)
        self._secret: list[Located] = []
        self._shown: list[Located] = []

    def add(self, spec: dict[str, Any], params: dict[str, Any], place: str = "", path: str = "") -> None:
        """Add the texts in options. The argument spec shows which are secret: those that Ansible masks."""
        for name, argument in spec.items():
            value, inner = params.get(name), f"{path}{name}"
            self._words.add(name)
            if "options" in argument and isinstance(value, dict):
                self.add(argument["options"], value, place, f"{inner}.")
            elif "options" in argument and isinstance(value, list):
                for number, item in enumerate(value):
                    self.add(argument["options"], item, place, f"{inner}[{number}].")
            else:
                for text in texts(value, inner, place):
                    is_secret = bool(argument.get("no_log")) and not text.is_name
                    (self._secret if is_secret else self._shown).append(text)

    def masked(self) -> Masked:
        """Return the values that Ansible masks."""
        return Masked(self._secret)

    def violations(self) -> list[Violation]:
        """Return the violations of texts that contain Ansible's mask, or a secret although the result shows them."""
        masked = self.masked()
        violations = _mask_violations([*self._shown, *self._secret])
        violations += [
            Violation(
                secret.path, f"must not have a value that is part of a word in results, {_WHY}", place=secret.place
            )
            for secret in filter(None, map(masked.found_in, sorted(self._words)))
        ]
        for text in self._shown:
            secret = masked.found_in(text.text, text.place)
            if secret:
                violations.append(Violation(text.path, _rule(text, secret), place=text.place))
        return violations


def mask_violations(options: dict[str, Any]) -> list[Violation]:
    """Return the violations of options that contain Ansible's mask."""
    return _mask_violations(texts(options, ""))


def is_free_text(fact: str) -> bool:
    """Return whether a fact is a free text of the provider, which can quote any value and is shown masked."""
    return fact in ("log", "worker_summary") or fact.endswith("_message")


def _mask_violations(texts: Iterable[Located]) -> list[Violation]:
    return [
        Violation(
            text.path,
            f"must not contain {mask}, which Ansible shows instead of a secret; use the variable that contains the "
            "original value",
            place=text.place,
        )
        for text in texts
        for mask in MASKS
        if mask in text.text
    ]


def _rule(text: Located, secret: Located) -> str:
    option = secret.seen_from(text.place)
    if text.is_name:
        return f"must not have a name that contains the value of {option}, {_WHY} and would change the name"
    if text.text == secret.text:
        return (
            f"must not have the same value as {option}, {_WHY}; if it is a secret, set it only in options for secrets"
        )
    return (
        f"must not contain the value of {option}, {_WHY} and would change this one; use another value for one of them"
    )


def texts(value: Any, path: str, place: str = "", is_result: bool = False) -> Iterator[Located]:
    """Yield the strings and integers in a value, and the names in mappings.

    :param is_result: leave out names, which are the keys of the result, and free texts.
    """
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        yield Located(path, str(value), place)
    elif isinstance(value, dict):
        for name, item in value.items():
            inner = f"{path}.{name}" if path else str(name)
            if not is_result:
                yield Located(inner, str(name), place, is_name=True)
            elif is_free_text(name):
                continue
            yield from texts(item, inner, place, is_result)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from texts(item, f"{path}[{number}]", place, is_result)
