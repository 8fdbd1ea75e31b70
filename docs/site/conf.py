# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How `make docs` turns the pages into a site. Nothing is downloaded, so there is no intersphinx."""

import re

from docutils import nodes

project = "gpufleet.cloud"
copyright = "gpufleet.cloud contributors"
title = html_title = html_short_title = "gpufleet.cloud"

extensions = ["sphinx_antsibull_ext"]

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "show_extranav": False,
    "show_rtd_ethical_ads": False,
    "topbar_links": {"Source": "https://github.com/gpufleet/gpufleet.cloud"},
}
html_show_sphinx = False
html_copy_source = False
html_use_index = False
pygments_style = "ansible"
highlight_language = "YAML+Jinja"

ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"

# What the generated pages refer to in Ansible's own documentation.
LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
PLUGIN = re.compile(r"^ansible_collections\.(ansible)\.(builtin)\.(\w+_\w+)$")
SETTING = re.compile(r"^ANSIBLE_[A-Z_]+$")


def to_ansible(app, env, node, content):
    """Let a reference that this site cannot resolve point into Ansible's documentation, where it belongs there."""
    target = node["reftarget"]
    plugin = PLUGIN.match(target)
    if plugin:
        page = "collections/{}/{}/{}.html".format(*plugin.groups())
    elif node["reftype"] == "envvar" and SETTING.match(target):
        page = f"reference_appendices/config.html#envvar-{target}"
    elif target in LABELS:
        page = LABELS[target]
    else:
        return None
    reference = nodes.reference("", "", internal=False, refuri=f"{ANSIBLE}/{page}")
    reference += content
    return reference


def setup(app):
    """Called by Sphinx."""
    app.connect("missing-reference", to_ansible)
    return {"parallel_read_safe": True}
