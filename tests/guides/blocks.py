# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the code blocks of a page and their marks. A page is in reStructuredText or Markdown.

A mark is a comment that readers of the page do not see: ``.. name: value`` or ``<!-- name: value -->``. It applies to
the next block.

* ``not run: <reason>``: the tests do not run the block.
* ``fails: <text>``: the block must fail, and its output must contain the text.
* ``prints: <text>``: the output of the block must contain the text.
* ``prepare: <commands>``: the tests run these shell commands before the block. They can use ``simulated``.
* ``instead of <text>: <other text>``: the tests replace the text in the block with the other text.
* ``file: <name>``: the block is the content of a file. In Markdown, the text of the page must give the same name. In
  reStructuredText, use the option ``:caption:`` of the block instead.

The tests do not run blocks of the language ``text``, which are diagrams and messages.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

MARKS = ("not run", "fails", "prints", "prepare", "instead of", "file")

_RST_MARK = re.compile(rf"^(\s*)\.\. ({'|'.join(MARKS)})( [^:]*)?: (.*)$")
_RST_BLOCK = re.compile(r"^(\s*)\.\. code-block::\s*(\S*)\s*$")
_RST_OPTION = re.compile(r"^\s+:([a-z-]+):\s*(.*)$")
_RST_LITERAL = re.compile(r"^(?!\s*\.\. ).*::\s*$")
_MD_MARK = re.compile(rf"^\s*<!-- ({'|'.join(MARKS)})( [^:]*)?: (.*?) ?-->$")
_MD_FENCE = re.compile(r"^(\s*)```(\S*)\s*$")


class PageError(Exception):
    """The tests cannot parse a page or cannot run one of its blocks."""


@dataclass
class Block:
    """One code block. ``marks`` contains pairs of a name and a value, in the order of the page."""

    line: int
    language: str
    text: str
    marks: list = field(default_factory=list)

    def mark(self, name):
        """The values of a mark, one per line, or an empty string."""
        return "\n".join(value for mark, value in self.marks if mark == name)

    @property
    def replaced(self):
        """The text that the tests run."""
        text = self.text
        for mark, other in self.marks:
            if mark.startswith("instead of "):
                shown = mark.removeprefix("instead of ")
                if shown not in text:
                    raise PageError(f"line {self.line}: {shown!r} is not in the block")
                text = text.replace(shown, other)
        return text


def blocks_of(path):
    """Return all blocks of a page, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found, marks = (_markdown if path.suffix == ".md" else _restructured)(lines)
    if marks:
        raise PageError(f"{path.name}: no block follows the mark {marks[-1]}")
    return found


def _restructured(lines):
    found, marks, number = [], [], 0
    while number < len(lines):
        line = lines[number]
        number += 1
        mark = _RST_MARK.match(line)
        if mark:
            value, number = _continued(mark.group(4), mark.group(1), lines, number)
            marks.append((mark.group(2) + (mark.group(3) or ""), value))
            continue
        start = _RST_BLOCK.match(line)
        if not start:
            if _RST_LITERAL.match(line):
                raise PageError(f"line {number}: a block needs '.. code-block::' and a language")
            continue
        at = number
        while number < len(lines) and _RST_OPTION.match(lines[number]):
            option, value = _RST_OPTION.match(lines[number]).groups()
            if option == "caption":
                marks.append(("file", value))
            number += 1
        body = []
        while number < len(lines) and (not lines[number].strip() or _depth(lines[number]) > len(start.group(1))):
            body.append(lines[number])
            number += 1
        found.append(Block(at, start.group(2), textwrap.dedent("\n".join(body)).strip("\n") + "\n", marks))
        marks = []
    return found, marks


def _continued(value, indentation, lines, number):
    """Return the value of a mark, with all lines of the comment, and the index of the line after it."""
    more = []
    while number < len(lines) and lines[number].strip() and _depth(lines[number]) > len(indentation):
        more.append(lines[number])
        number += 1
    return "\n".join([value, *textwrap.dedent("\n".join(more)).splitlines()]), number


def _markdown(lines):
    found, marks, number = [], [], 0
    while number < len(lines):
        line = lines[number]
        number += 1
        mark = _MD_MARK.match(line)
        if mark:
            marks.append((mark.group(1) + (mark.group(2) or ""), mark.group(3)))
            continue
        start = _MD_FENCE.match(line)
        if not start:
            continue
        at, body = number, []
        while number < len(lines) and lines[number].strip() != "```":
            body.append(lines[number])
            number += 1
        number += 1
        found.append(Block(at, start.group(2), textwrap.dedent("\n".join(body)).strip("\n") + "\n", marks))
        marks = []
    return found, marks


def _depth(line):
    return len(line) - len(line.lstrip())
