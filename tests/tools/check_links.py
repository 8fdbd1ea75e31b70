# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the links of this repository without a network.

Usage: check_links.py

* Each relative link in a Markdown file leads to a file of the repository, and its fragment to a heading.
* Each reference ``[text]`` in a Markdown file has a definition.
* Each link to the branch ``main`` of this repository, in any file, leads to a file or folder of the repository.
* All other links in Markdown files and in .github are absolute addresses with https.
"""

import pathlib
import re
import subprocess
import sys
import unicodedata
import urllib.parse

import markdown_it

ROOT = pathlib.Path(__file__).resolve().parents[2]

OWN = re.compile(r"https://github\.com/gpufleet/gpufleet\.cloud/(?:blob|tree)/main/([^\s)>\]\"'`,#]*)(#[\w-]+)?")
ADDRESS = re.compile(r"\bhttps?://[^\s)>\]\"'`]+")
UNDEFINED = re.compile(r"\[[^\][]+\]")
CHECKBOX = re.compile(r"\[[ xX]\] ")


def tracked_files():
    """Return the text files of the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def tokens(text):
    """Yield all tokens of a Markdown text, with those inside paragraphs and headings."""
    for token in markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        yield token
        yield from token.children or ()


def anchors(path):
    """Return the fragments that GitHub makes of the headings of a Markdown file."""
    found, heading = set(), False
    for token in tokens(path.read_text(encoding="utf-8")):
        if token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif heading and token.type == "inline":
            text = "".join(child.content for child in token.children).lower().replace(" ", "-")
            found.add("".join(sign for sign in text if sign in "-_" or unicodedata.category(sign)[0] in "LN"))
    return found


def problem_of_path(target, fragment):
    """Return why a link to a path of the repository is wrong, or nothing."""
    if not target.resolve().is_relative_to(ROOT) or not target.exists():
        return "no such file"
    if fragment and target.suffix == ".md" and fragment not in anchors(target):
        return "no such heading"
    return ""


def problem_of_link(path, link):
    """Return why a link in a file is wrong, or nothing."""
    parts = urllib.parse.urlsplit(link)
    if OWN.fullmatch(link):
        return ""
    if parts.scheme:
        return "" if parts.scheme == "https" and "." in (parts.hostname or "") else "not an address with https"
    target = path.parent / urllib.parse.unquote(parts.path) if parts.path else path
    return problem_of_path(target, parts.fragment)


def links(path, text):
    """Yield the links of a file that must be checked."""
    if path.suffix == ".md":
        for token in tokens(text):
            yield from (value for key in ("href", "src") if (value := token.attrGet(key)))
    elif ".github" in path.parts:
        yield from ADDRESS.findall(text)


def problems(path):
    """Yield each problem of a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for own in OWN.finditer(text):
        problem = problem_of_path(ROOT / own.group(1), (own.group(2) or "#")[1:])
        if problem:
            yield f"{own.group()}: {problem}"
    for link in links(path, text):
        problem = problem_of_link(path, link)
        if problem:
            yield f"{link}: {problem}"
    if path.suffix == ".md":
        for token in tokens(text):
            if token.type == "text":
                yield from (f"{name}: no definition" for name in UNDEFINED.findall(CHECKBOX.sub("", token.content)))


def main():
    files = tracked_files()
    found = [f"{path.relative_to(ROOT)}: {problem}" for path in files for problem in problems(path)]
    print("\n".join(found) if found else f"The links in {len(files)} files are right.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
