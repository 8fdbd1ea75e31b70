# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the reference page of the playbooks from the table in meta/variables.yml.

Usage: document_playbooks.py [--check] <page>

With --check nothing is written, and the page must match the table.
"""

import json
import pathlib
import sys

import yaml
from antsibull_docs_parser.parser import Context, parse
from antsibull_docs_parser.rst import to_rst

TABLE = pathlib.Path(__file__).resolve().parents[2] / "meta" / "variables.yml"

HEAD = """\
.. Written by `make generated` from meta/variables.yml; do not edit.

.. _ansible_collections.gpufleet.cloud.docsite.playbooks:

Playbooks
=========

This page describes the playbooks of the collection and their variables. Run a playbook by its name,
``ansible-playbook gpufleet.cloud.<playbook>``, or import it into your own playbook:

.. not run: an example of a playbook

.. code-block:: yaml

  - ansible.builtin.import_playbook: gpufleet.cloud.converge
    vars:
      fleet_file: fleet.yml

You can set the variables with ``-e``, in the inventory, or with ``vars`` when you import a playbook. Variables in
``group_vars`` and ``host_vars`` next to your own playbook do not apply to an imported playbook. Variables whose names
begin with two underscores are internal.

The playbooks run on ``localhost`` and contain no tags. They read the API keys and URLs from the environment variables
of the modules, such as :envvar:`NOVITA_API_KEY`, :envvar:`PPIO_API_KEY` and :envvar:`VAST_API_KEY`. To use keys from a
vault, or several accounts, see :ref:`ansible_collections.gpufleet.cloud.docsite.accounts`.

For a walkthrough, see :ref:`ansible_collections.gpufleet.cloud.docsite.drift` and
:ref:`ansible_collections.gpufleet.cloud.docsite.awx`. The variables of the roles are on the pages of
:ansplugin:`gpufleet.cloud.endpoint#role` and :ansplugin:`gpufleet.cloud.instance#role`.
"""

LIST_TABLE = "\n.. list-table::\n  :header-rows: 1\n  :widths: 34 66\n"


def rst(text):
    """Return the paragraphs of a description as reStructuredText."""
    return [to_rst(parse(paragraph, Context())) for paragraph in ([text] if isinstance(text, str) else text)]


def indented(paragraphs, width):
    return ("\n\n" + " " * width).join(paragraphs)


def table(heading, rows):
    """Return a table with two columns.

    Each row is the lines of its first cell and the paragraphs of its second cell.
    """
    parts = [LIST_TABLE, f"\n  * - {heading}\n    - Description"]
    for lines, paragraphs in rows:
        first = "\n      ".join(f"| {line}" for line in lines)
        parts.append(f"\n  * - {first}\n    - {indented(paragraphs, 6)}")
    return "".join([*parts, "\n"])


def variable_row(name, variable):
    type_name = f"{variable['type']} of {variable['elements']}" if "elements" in variable else variable["type"]
    paragraphs = rst(variable["description"])
    if "choices" in variable:
        paragraphs.append("Choices: " + ", ".join(f"``{choice}``" for choice in variable["choices"]) + ".")
    if "default" in variable:
        default = variable["default"]
        paragraphs.append(f"Default: ``{default if default and isinstance(default, str) else json.dumps(default)}``.")
    return [f"``{name}``", type_name], paragraphs


def section(name, playbook, variables):
    title = f"``{name}``"
    parts = [f"\n{title}\n{'-' * len(title)}\n\n**{playbook['short_description']}.**\n"]
    parts += [f"\n{paragraph}\n" for paragraph in rst(playbook["description"])]
    if "example" in playbook:
        commands = playbook["example"].replace("\n", "\n  ")
        parts.append(f"\n.. not run: an example of the command line\n\n.. code-block:: console\n\n  {commands}\n")
    if variables:
        parts.append(table("Variable", [variable_row(*item) for item in variables.items()]))
    if "facts" in playbook:
        parts.append("\nThe playbook passes these facts on to the next job of an AWX workflow, with ``set_stats``:\n")
        rows = [
            ([f"``{fact}``", value["type"]], rst(value["description"])) for fact, value in playbook["facts"].items()
        ]
        parts.append(table("Fact", rows))
    return "".join(parts)


def page():
    document = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    parts = [HEAD]
    for name, playbook in document["playbooks"].items():
        variables = {key: value for key, value in document["variables"].items() if name in value["playbooks"]}
        parts.append(section(name, playbook, variables))
    return "".join(parts)


def main():
    *options, name = sys.argv[1:]
    path, text = pathlib.Path(name), page()
    if options != ["--check"]:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} does not match meta/variables.yml; run `make generated`")


if __name__ == "__main__":
    main()
