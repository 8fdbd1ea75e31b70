# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the house in CONTRIBUTING.md is true: who imports whom, and who knows Ansible."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
UTILS = ROOT / "plugins" / "module_utils"
PACKAGE = "ansible_collections.gpufleet.cloud.plugins."
PICTURE = re.search(
    r"```mermaid\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), flags=re.DOTALL
).group(1)

# Documentation alone, and what both the inventory plugin and tests use without knowing anything of the house.
OUTSIDE = ("doc_fragments", "plugin_utils")


def room_of(path):
    """The room of a Python file below plugins/: its folder, or "ground" for a file at the top of module_utils."""
    folder, *rest = path.relative_to(ROOT / "plugins").parts
    if folder != "module_utils":
        return folder
    return rest[0].lstrip("_") if len(rest) > 1 else "ground"


def imported(path):
    """The files of the collection, and the packages of Ansible, that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                base = path.relative_to(ROOT / "plugins").parts[: -node.level]
                module = PACKAGE + ".".join([*base, *filter(None, [module])])
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)


def file_of(module):
    """The file of an imported module of the collection, or nothing."""
    if not module.startswith(PACKAGE):
        return None
    path = ROOT / "plugins" / module[len(PACKAGE) :].replace(".", "/")
    return path.with_suffix(".py") if path.with_suffix(".py").exists() else None


FILES = [path for path in sorted((ROOT / "plugins").rglob("*.py")) if room_of(path) not in OUTSIDE]
IMPORTS = {path: set(imported(path)) for path in FILES}
EDGES = {
    (room_of(path), room_of(target))
    for path, modules in IMPORTS.items()
    for target in map(file_of, modules)
    if target and room_of(target) not in (room_of(path), *OUTSIDE)
}


def arrows():
    """The arrows of the picture."""
    found = set()
    for line in PICTURE.splitlines():
        left, arrow, right = line.partition("-->")
        if arrow:
            found |= {(one.strip(), two.strip()) for one in left.split("&") for two in right.split("&")}
    return found


def reachable(room):
    """The rooms to which arrows lead from a room, over others as well."""
    seen, rest = set(), [room]
    while rest:
        near = {two for one, two in arrows() if one == rest[-1]} - seen
        rest.pop()
        seen |= near
        rest += near
    return seen


def test_the_picture_has_every_room_and_no_other():
    drawn = set(re.findall(r"^\s*(\w+)\[", PICTURE, flags=re.MULTILINE))
    assert drawn == {room_of(path) for path in FILES}


def test_imports_run_along_the_arrows_and_every_arrow_is_an_import():
    assert {(one, two) for one, two in EDGES if two not in reachable(one)} == set()
    assert arrows() <= EDGES


def test_no_arrow_leads_back():
    assert [room for room in {one for one, _two in arrows()} if room in reachable(room)] == []


def test_the_picture_says_who_knows_ansible():
    knowing = {
        room_of(path)
        for path, modules in IMPORTS.items()
        if any(module == "ansible" or module.startswith("ansible.") for module in modules)
    }
    marked = set(re.findall(r"^\s*(\w+)\[[^\]]*knows Ansible", PICTURE, flags=re.MULTILINE))
    assert marked == knowing


@pytest.mark.parametrize("provider", ["novita", "ppio", "vast"])
def test_no_provider_is_named_outside_its_rooms(provider):
    """Neither the engine nor the transport says "if the provider is"."""
    rooms = ("ground", "schema", "http", "engine", "entry")
    named = [
        f"{path.name}:{node.lineno}"
        for path in FILES
        if room_of(path) in rooms
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and node.value == provider
        or isinstance(node, ast.Name)
        and node.id == provider
    ]
    assert named == []
