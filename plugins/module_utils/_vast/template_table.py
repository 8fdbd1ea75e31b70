# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of templates of Vast.ai.

Pages: create and edit template under https://docs.vast.ai/api-reference/templates/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._schema.environment import HIDDEN, Environment
from .._schema.field import Field
from .._schema.fields import Boolean, Float, Text
from .._schema.free_text import FreeText
from .._schema.table import Table
from .docker_options import DockerOptions, Ports
from .query import Conditions
from .search import SearchParams

LOGIN = ("docker_login_user", "docker_login_pass")


def split_image(image: str) -> tuple[str, str]:
    """Return the name of an image, and the tag at its end or an empty string."""
    path, slash, last = image.rpartition("/")
    name, colon, tag = last.partition(":")
    return (image, "") if "@" in last or not colon or not tag else (f"{path}{slash}{name}", tag)


class _Image(Text):
    """The name of an image. A tag at its end belongs to the option ``tag``."""

    def desired_in(self, params: dict[str, Any]) -> Any:
        image = super().desired_in(params)
        return split_image(image)[0] if isinstance(image, str) else image


class _Tag(Text):
    """The tag of the image, which can also be at the end of the image's name."""

    def desired_in(self, params: dict[str, Any]) -> Any:
        tag, image = super().desired_in(params), params.get("image")
        return (split_image(image)[1] or None) if tag is None and isinstance(image, str) else tag


class _Flag(Boolean):
    """True or false. Vast.ai also returns null for false."""

    def equal(self, current: bool | None, target: bool | None) -> bool:
        return bool(current) == bool(target)


class _ExtraFilters(SearchParams):
    """Conditions on machines, as a mapping only."""

    ansible_type = "dict"

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "type": "object"}

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["object", "null"]}

    def read(self, raw: dict[str, Any]) -> Conditions:
        return super().read({name: condition for name, condition in raw.items() if isinstance(condition, dict)})

    def write(self, target: Conditions) -> Conditions:
        return {name: condition for name, condition in target.items() if condition}


class _LoginUser(Text):
    """The name of the user at the registry. No result shows it, although it is not secret enough to mask it."""

    def before_and_after(self, current: Any, target: Any, desired: Any) -> tuple[Any, Any]:
        return HIDDEN, HIDDEN

    def spec_options(self, current: Any, desired: Any, reveal: bool) -> dict[str, Any]:
        return {}


class _Row(Field):
    """The template as Vast.ai returned it. It is never compared and never shown."""

    option = False

    def differences(self, current: Any, target: Any, path: str) -> list[str]:
        return []

    def hidden_values(self, current: dict[str, Any], desired: Any) -> list[str]:
        return [str(current[option]) for option in LOGIN if current.get(option)]


TABLE = Table(
    Text("name", required=True, trimmed=True),
    _Image("image", required=True),
    _Tag("tag"),
    Environment("envs"),
    Ports("ports"),
    DockerOptions("docker_options", may_be_empty=True),
    FreeText("onstart", may_be_empty=True, max_length=4048),
    Text("runtype", printed_choices=("ssh", "jupyter", "args")),
    FreeText("args_str", may_be_empty=True),
    _Flag("use_ssh"),
    _Flag("ssh_direct"),
    _Flag("jup_direct"),
    _Flag("use_jupyter_lab"),
    Text("jupyter_dir", may_be_empty=True),
    Text("readme", may_be_empty=True),
    _Flag("readme_visible"),
    Text("href"),
    Text("repo"),
    Text("desc", may_be_empty=True),
    _Flag("private"),
    Text("docker_login_repo", may_be_empty=True),
    _LoginUser("docker_login_user", may_be_empty=True, write_only=True),
    Text("docker_login_pass", may_be_empty=True, write_only=True, secret=True),
    _ExtraFilters("extra_filters"),
    Float("recommended_disk_space", minimum=0),
    _Row("row"),
)
for _field in TABLE.fields:
    # A change of a template changes nothing that runs.
    _field.effect = "none"

IN_ENV = {"envs", "ports", "docker_options"}
"""The options that the API represents as one text."""
