# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task, playbook and command on a page works as the page says, with the simulator."""

from __future__ import annotations

import os
import pathlib
import re
import socket
import stat
import sys
from urllib.parse import urlsplit

import pytest
import yaml

from .blocks import Block, PageError, blocks_of
from .pages import BlockFailed, Page, page_environment

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))]

FENCE = ROOT / "tests" / "vendors" / "fence.py"


def _script(path, *lines):
    path.write_text("\n".join(["#!/usr/bin/env bash", *lines, ""]), encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture(name="checkout", scope="session")
def _checkout(tmp_path_factory):
    """A checkout of this repository that uses the tools of the tests, and whose simulator has a free port."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("meta", "tests"):
        (folder / name).symlink_to(ROOT / name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (folder / "Makefile").write_text(makefile.replace("PORT ?= 8080", f"PORT ?= {port}"), encoding="utf-8")
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    _script(tools / "python", f"exec '{sys.executable}' \"$@\"")
    (folder / ".venv" / ".installed").touch()
    return folder


@pytest.fixture(name="bin_folder", scope="session")
def _bin_folder(tmp_path_factory, checkout):
    """Commands that the pages need: ``simulated``, ``cloned`` with the arguments of ``git clone``, and the vendors'
    clients, which can reach only the simulator.
    """
    folder = tmp_path_factory.mktemp("bin")
    address, vendors = urlsplit(os.environ["SIMULATOR_URL"]).netloc, os.environ["VENDORS_BIN"]
    fenced = f"exec '{vendors}/python' -I -X utf8 '{FENCE}' {address}"
    _script(folder / "simulated", f"exec '{sys.executable}' '{HERE / 'simulated.py'}' \"$@\"")
    _script(folder / "cloned", f"cp -a '{checkout}' \"${{@: -1}}\"")
    # Without this file, the client requests a list of names from the vendor.
    _script(
        folder / "vastai",
        'mkdir -p "$HOME/.cache/vastai"',
        'echo \'{"gpu_names": []}\' > "$HOME/.cache/vastai/gpu_names_cache.json"',
        f'{fenced} -- \'{vendors}/vastai\' --url "$VAST_API_URL" --api-key "$VAST_API_KEY" "$@"',
    )
    _script(
        folder / "novita",
        f'{fenced} novita_cli.core.client.BASE_URL="$NOVITA_API_URL" -- '
        f'\'{vendors}/novita\' --api-key "$NOVITA_API_KEY" "$@"',
    )
    return folder


@pytest.fixture(name="page")
def _page(request, tmp_path, bin_folder):
    folder = tmp_path / "page"
    folder.mkdir()
    name = getattr(request, "param", request.node.name)
    return Page(folder, page_environment(name, folder, bin_folder))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_blocks_of_a_page_work_as_the_page_says(path, tmp_path, bin_folder):
    folder = tmp_path / "page"
    folder.mkdir()
    wrong = ""
    try:
        Page(folder, page_environment(path.stem, folder, bin_folder)).run(blocks_of(path))
    except (BlockFailed, PageError) as error:
        wrong = f"{path.name}, {error}"
    if wrong:
        # The cause is on the page, so a traceback of this code does not help.
        pytest.fail(wrong, pytrace=False)


def test_ad_hoc_guide_shows_every_module():
    commands = "".join(block.text for block in blocks_of(ROOT / "docs" / "docsite" / "rst" / "adhoc.rst"))
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} - {"__init__"}
    assert [name for name in sorted(modules) if not re.search(rf"-m gpufleet\.cloud\.{name}\s", commands)] == []


def test_ci_guide_runs_every_command_of_its_workflows():
    blocks = {
        block.mark("file") or block.line: block for block in blocks_of(ROOT / "docs" / "docsite" / "rst" / "ci.rst")
    }
    run = [line[2:] for block in blocks.values() for line in block.text.splitlines() if line.startswith("$ ")]
    github = yaml.safe_load(blocks[".github/workflows/fleet.yml"].text)["jobs"]
    gitlab = yaml.safe_load(blocks[".gitlab-ci.yml"].text)
    for job in ("rehearse", "plan"):
        commands = [step["run"] for step in github[job]["steps"] if "run" in step]
        assert commands == gitlab["default"]["before_script"] + gitlab[job]["script"]
        assert [command for command in commands if command not in run] == []


TASK = "- name: Show a greeting\n  ansible.builtin.debug:\n    msg: good morning\n"


@pytest.mark.parametrize(
    "blocks, complaint",
    [
        ([Block(1, "console", "$ false\n")], "exit status 1"),
        ([Block(1, "console", "$ true\n", [("fails", "no")])], "exit status 0"),
        ([Block(1, "console", "$ echo one; exit 1\n", [("fails", "two")])], "not printed"),
        ([Block(1, "console", "$ echo one two\none ... three\n")], "not printed"),
        ([Block(1, "yaml", TASK, [("prints", "good night")])], "not printed"),
        ([Block(1, "yaml", "- name: Fail\n  ansible.builtin.fail:\n")], "exit status 2"),
        ([Block(1, "yaml", TASK, [("file", "tasks.yml")])], "nothing that is run uses tasks.yml"),
        ([Block(1, "yaml", TASK, [("prepare", "exit 7")])], "before line 1"),
        ([Block(1, "console", "$ make nothing ARGS=1\n")], "no target nothing"),
        ([Block(1, "console", '$ eval "$(make -s nothing)"\n')], "no target nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_block_that_contradicts_the_page_fails(page, blocks, complaint):
    with pytest.raises(BlockFailed, match=complaint):
        page.run(blocks)


@pytest.mark.parametrize(
    "block, complaint",
    [
        (Block(1, "python", "1 / 0\n"), "needs the mark"),
        (Block(1, "", "$ true\n"), "needs the mark"),
        (Block(1, "yaml", "key: value\n"), "a file needs a name"),
        (Block(1, "console", "true\n"), "begins with"),
        (Block(1, "yaml", TASK, [("instead of bad", "good")]), "not in the block"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_block_that_cannot_run_needs_a_mark(page, block, complaint):
    with pytest.raises(PageError, match=complaint):
        page.run([block])


@pytest.mark.parametrize(
    "name, text, complaint",
    [
        ("a.rst", ".. not run: no block follows\n\nThe end.\n", "no block follows"),
        ("a.rst", "Like this::\n\n  $ true\n", "needs '.. code-block::'"),
        ("a.md", "<!-- fails: no block follows -->\n", "no block follows"),
    ],
)
def test_page_that_cannot_be_parsed_fails(tmp_path, name, text, complaint):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(PageError, match=complaint):
        blocks_of(tmp_path / name)


def test_blocks_have_marks_captions_and_indentation(tmp_path):
    (tmp_path / "a.rst").write_text(
        "* Point\n\n  .. prepare: simulated a b\n     simulated c d\n\n"
        "  .. code-block:: yaml\n    :caption: site.yml\n\n"
        "    - hosts: all\n\n      tasks: []\n\nEnd.\n",
        encoding="utf-8",
    )
    (tmp_path / "a.md").write_text("<!-- instead of ...: 7 -->\n```console\n$ echo ...\n```\n", encoding="utf-8")
    [block] = blocks_of(tmp_path / "a.rst")
    assert (block.language, block.text) == ("yaml", "- hosts: all\n\n  tasks: []\n")
    assert block.marks == [("prepare", "simulated a b\nsimulated c d"), ("file", "site.yml")]
    [block] = blocks_of(tmp_path / "a.md")
    assert block.replaced == "$ echo 7\n"


def test_consecutive_tasks_share_registered_variables(page):
    page.run(
        [
            Block(1, "yaml", "- name: Run a command\n  ansible.builtin.command: echo hello\n  register: asked\n"),
            Block(5, "yaml", "- name: Check it\n  ansible.builtin.assert:\n    that: asked.stdout == 'hello'\n"),
            Block(9, "console", "$ echo good \\\n  morning\ngood ... ning\n"),
        ]
    )
