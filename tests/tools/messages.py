# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the list of all messages that a user of the collection can read: tests/messages.txt.

Usage: messages.py [--check] <list>

The list contains each sentence in the code of the plugins, also parts of sentences, each task name and message of the
roles and playbooks, and each line of text in the reports of the playbooks, in the order of the source. ``{...}`` stands
for an expression whose value the message contains. The diff of the list shows a reviewer which messages a change adds,
removes or rewrites.

With --check the command writes nothing, and fails if the list is not up to date.
"""

import ast
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]

HEAD = "# Written by `make generated` from plugins, roles and playbooks; do not edit.\n"

# Two words in a row. A single word is a name, a key or a value.
SENTENCE = re.compile(r"[A-Za-z]{2,}['\u2019,:;)]* +\S*[A-Za-z{]")
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
PROGRAMS = {"_PROGRAM"}
MESSAGE_KEYS = ("name", "msg", "fail_msg", "success_msg")
QUOTED_IN_JINJA = re.compile(r"'([^']*)'")
NO_TEXT_IN_JINJA = re.compile(r"{#.*?#}|{%.*?%}|<style>.*?</style>|</?\w[^>]*>", re.DOTALL)
"""Comments and statements of a template, and the tags of HTML."""
EXPRESSION = re.compile(r"{{.*?}}")


class _Loader(yaml.SafeLoader):
    """Reads values with Ansible's own tags, such as ``!unsafe``, as text."""


_Loader.add_multi_constructor("!", lambda loader, _suffix, node: loader.construct_scalar(node))


class _Messages(ast.NodeVisitor):
    """Collects the texts of a module, without its documentation, regular expressions, programs and docstrings."""

    def __init__(self):
        self.found = []

    def visit_Expr(self, node):
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Assign(self, node):
        if not any(isinstance(target, ast.Name) and target.id in DOCUMENTATION | PROGRAMS for target in node.targets):
            self.generic_visit(node)

    def visit_Call(self, node):
        if ast.unparse(node.func) != "re.compile":
            self.generic_visit(node)

    def visit_JoinedStr(self, node):
        parts = [
            part.value if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"
            for part in node.values
        ]
        self._add("".join(parts))

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self._add(node.value)

    def _add(self, text):
        if SENTENCE.search(text):
            self.found.append(text)


def messages_of_module(path):
    """Return the messages of a Python file, in order."""
    visitor = _Messages()
    visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
    return visitor.found


def messages_of_yaml(value, key=""):
    """Yield the names and messages of tasks, and the sentences in their expressions, in order."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from messages_of_yaml(member, name)
    elif isinstance(value, list):
        for item in value:
            yield from messages_of_yaml(item, key)
    elif isinstance(value, str) and key in MESSAGE_KEYS and SENTENCE.search(value):
        yield value
    elif isinstance(value, str):
        yield from filter(SENTENCE.search, QUOTED_IN_JINJA.findall(value))


def messages_of_template(path):
    """Yield the lines of text of a template, and the sentences in its expressions, in order."""
    for line in NO_TEXT_IN_JINJA.sub("", path.read_text(encoding="utf-8")).splitlines():
        if SENTENCE.search(EXPRESSION.sub("", line)) or any(map(SENTENCE.search, QUOTED_IN_JINJA.findall(line))):
            yield line


def sources():
    """Yield each file that has messages, with them."""
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        if path.parent.name != "doc_fragments":
            yield path, messages_of_module(path)
    for folder in ("roles", "playbooks"):
        for path in sorted((ROOT / folder).rglob("*.yml")):
            if path.name != "argument_specs.yml":
                yield path, list(messages_of_yaml(yaml.load(path.read_text(encoding="utf-8"), _Loader)))
    for path in sorted((ROOT / "playbooks" / "templates").glob("*.j2")):
        yield path, list(messages_of_template(path))


def text():
    """Return the list as text: the name of each file, and below it one message a line."""
    parts = [HEAD]
    for path, messages in sources():
        if messages:
            lines = (f"    {' '.join(message.split())}\n" for message in messages)
            parts.append(f"\n{path.relative_to(ROOT)}\n{''.join(lines)}")
    return "".join(parts)


def main():
    *options, name = sys.argv[1:]
    path, content = pathlib.Path(name), text()
    if "--check" not in options:
        path.write_text(content, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != content:
        sys.exit(f"{path}: not the messages of the source; run `make generated` and look at the difference")


if __name__ == "__main__":
    main()
