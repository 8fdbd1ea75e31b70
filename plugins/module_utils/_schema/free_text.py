# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands and their arguments, which can contain secrets and which the provider returns in clear text.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._secret_arguments import secrets_in, without_secrets
from .._secrets import length_violations
from .._validation import Violation
from .environment import HIDDEN, HIDDEN_NEW
from .fields import Text
from .withheld import CanBeSecret, Withheld


class FreeText(Text):
    """A command, or arguments. Results show it without its probable secrets, and only if it has none, in ``spec``."""

    def before_and_after(self, current: str | None, target: str, desired: Any) -> tuple[Any, Any]:
        before, after = without_secrets(current), without_secrets(target)
        if self.equal(current, target):
            return after, after
        return (HIDDEN if before == after else before), after

    def spec_options(self, current: str, desired: Any, reveal: bool) -> dict[str, Any]:
        return {self.name: current} if reveal or not secrets_in(current) else {}

    def withheld_options(self, current: str, can_be_secret: CanBeSecret) -> dict[str, Any]:
        return {self.name: Withheld(self.name, current)} if secrets_in(current) else {}

    def secret_values(self, desired: Any) -> list[str]:
        return secrets_in(desired)

    def hidden_values(self, current: str, desired: Any) -> list[str]:
        return secrets_in(current)


class DesiredText(NamedTuple):
    """The text that a task sets, in one of two options."""

    plain: str | None
    secret: str | None

    @property
    def text(self) -> str:
        return (self.plain if self.secret is None else self.secret) or ""


class RevealedText(FreeText):
    """A free text that results show only if the same task sets it, or if the task of an info module requests it.

    It has a second option for a text that is secret as a whole.
    """

    @property
    def secret_name(self) -> str:
        """The option for a secret text."""
        return f"secret_{self.name}"

    def own_arguments(self) -> dict[str, dict[str, Any]]:
        return {self.name: self.argument(), self.secret_name: {"type": "str", "no_log": True}}

    def schema(self) -> dict[str, Any]:
        return {}

    def desired_in(self, params: dict[str, Any]) -> DesiredText | None:
        desired = DesiredText(params.get(self.name), params.get(self.secret_name))
        return None if desired == (None, None) else desired

    def target(self, current: str | None, desired: DesiredText) -> str:
        return desired.text

    def rule_violations(self, desired: Any, path: str) -> list[Violation]:
        secret_path = path[: -len(self.name)] + self.secret_name
        if desired.secret is None:
            return super().rule_violations(desired.text, path)
        if desired.plain is not None:
            return [Violation(secret_path, f"must be omitted if {path} is set")]
        return length_violations(desired.secret, secret_path)

    def range_violations(self, value: DesiredText | str, current: str | None, path: str) -> list[Violation]:
        text = value.text if isinstance(value, DesiredText) else value
        return super().range_violations(text, current, path)

    # -- what results show -------------------------------------------------------------------------------------------

    def before_and_after(self, current: str | None, target: str, desired: DesiredText) -> tuple[Any, Any]:
        unchanged = self.equal(current, target)
        after = without_secrets(target) if desired.secret is None else HIDDEN if unchanged else HIDDEN_NEW
        return (after if unchanged else current and HIDDEN), after

    def spec_options(self, current: str, desired: DesiredText | None, reveal: bool) -> dict[str, Any]:
        is_shown = reveal or not current or (desired is not None and desired.plain == current)
        return super().spec_options(current, desired, reveal) if is_shown else {}

    def withheld_options(self, current: str, can_be_secret: CanBeSecret) -> dict[str, Any]:
        option = self.secret_name if can_be_secret(current) else self.name
        return {option: Withheld(self.name, current)} if current else {}

    def secret_values(self, desired: DesiredText) -> list[str]:
        return [desired.text, *secrets_in(desired.text)] if desired.plain is None else secrets_in(desired.plain)

    def hidden_values(self, current: str, desired: DesiredText | None) -> list[str]:
        is_shown = desired is not None and desired.plain == current
        return secrets_in(current) if is_shown else [current, *secrets_in(current)]
