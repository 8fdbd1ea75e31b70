# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions without the markup of Ansible's documentation, for readers that show plain text."""

from antsibull_docs_parser.ansible_doc_text import AnsibleDocTextFormatter, to_ansible_doc_text
from antsibull_docs_parser.parser import Context, parse


class _PlainText(AnsibleDocTextFormatter):
    """Writes the text of each markup without the quotes and brackets of ansible-doc."""

    def format_bold(self, part):
        return part.text

    format_code = format_italic = format_bold

    def format_module(self, part, url):
        return part.fqcn

    def format_plugin(self, part, url):
        return part.plugin.fqcn

    def format_env_variable(self, part):
        return part.name

    def format_option_name(self, part, url):
        name = part.name if part.value is None else f"{part.name}={part.value}"
        return f"{name} of {part.plugin.fqcn}" if part.plugin else name

    format_return_value = format_option_name

    def format_option_value(self, part):
        return part.value


def plain_text(description):
    """Return a description, which is one paragraph or a list of them, as lines of plain text."""
    return to_ansible_doc_text(parse(description, Context()), formatter=_PlainText(), par_sep="\n")
