# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagram of the architecture in CONTRIBUTING.md matches the imports in the code."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
UTILS = ROOT / "plugins" / "module_utils"
PACKAGE = "ansible_collections.gpufleet.cloud.plugins."
DIAGRAM = re.search(
    r"```mermaid\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), flags=re.DOTALL
).group(1)

# Only documentation.
EXCLUDED = ("doc_fragments",)


def package_of(path):
    """Return the package of a file in plugins: its folder, or "ground" for a file directly in module_utils."""
    folder, *rest = path.relative_to(ROOT / "plugins").parts
    if folder != "module_utils":
        return folder
    return rest[0].lstrip("_") if len(rest) > 1 else "ground"


def imported(path):
    """Return the names of all modules that a file imports."""
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
    """Return the file of an imported module if it belongs to the collection."""
    if not module.startswith(PACKAGE):
        return None
    path = ROOT / "plugins" / module[len(PACKAGE) :].replace(".", "/")
    return path.with_suffix(".py") if path.with_suffix(".py").exists() else None


FILES = [path for path in sorted((ROOT / "plugins").rglob("*.py")) if package_of(path) not in EXCLUDED]
IMPORTS = {path: set(imported(path)) for path in FILES}
EDGES = {
    (package_of(path), package_of(target))
    for path, modules in IMPORTS.items()
    for target in map(file_of, modules)
    if target and package_of(target) not in (package_of(path), *EXCLUDED)
}


def arrows():
    """Return the arrows of the diagram as pairs of packages."""
    found = set()
    for line in DIAGRAM.splitlines():
        left, arrow, right = line.partition("-->")
        if arrow:
            found |= {(one.strip(), two.strip()) for one in left.split("&") for two in right.split("&")}
    return found


def reachable(package):
    """Return the packages that a package reaches by one arrow or several."""
    seen, rest = set(), [package]
    while rest:
        near = {two for one, two in arrows() if one == rest[-1]} - seen
        rest.pop()
        seen |= near
        rest += near
    return seen


def test_the_diagram_shows_exactly_the_packages():
    drawn = set(re.findall(r"^\s*(\w+)\[", DIAGRAM, flags=re.MULTILINE))
    assert drawn == {package_of(path) for path in FILES}


def test_imports_follow_the_arrows_and_every_arrow_is_an_import():
    assert {(one, two) for one, two in EDGES if two not in reachable(one)} == set()
    assert arrows() <= EDGES


def test_the_arrows_form_no_cycle():
    assert [package for package in {one for one, _two in arrows()} if package in reachable(package)] == []


def test_the_diagram_marks_the_packages_that_import_ansible():
    importing = {
        package_of(path)
        for path, modules in IMPORTS.items()
        if any(module == "ansible" or module.startswith("ansible.") for module in modules)
    }
    marked = set(re.findall(r"^\s*(\w+)\[[^\]]*knows Ansible", DIAGRAM, flags=re.MULTILINE))
    assert marked == importing


@pytest.mark.parametrize("provider", ["novita", "ppio", "vast"])
def test_no_provider_is_named_in_a_shared_package(provider):
    """The engine and the HTTP client contain no condition on a provider."""
    packages = ("ground", "schema", "http", "engine", "entry")
    named = [
        f"{path.name}:{node.lineno}"
        for path in FILES
        if package_of(path) in packages
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and node.value == provider
        or isinstance(node, ast.Name)
        and node.id == provider
    ]
    assert named == []
