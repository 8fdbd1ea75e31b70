# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How `make docs` turns the pages into a site. Nothing is downloaded, so there is no intersphinx."""

import re

from docutils import nodes

project = "gpufleet.cloud"
copyright = "gpufleet.cloud contributors"
html_title = "gpufleet.cloud"

extensions = ["sphinx_antsibull_ext", "sphinx_copybutton", "sphinx_design"]

# A link that leads nowhere is a warning, and a warning fails the build.
nitpicky = True

html_theme = "furo"
html_theme_options = {
    "top_of_page_buttons": ["edit"],
    "light_css_variables": {"color-brand-primary": "#0f6e70", "color-brand-content": "#0f6e70"},
    "dark_css_variables": {"color-brand-primary": "#6fd0d2", "color-brand-content": "#6fd0d2"},
}
html_static_path = ["static"]
html_extra_path = ["../fleet.schema.json"]
html_css_files = ["site.css"]
html_favicon = "static/icon.svg"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
highlight_language = "YAML+Jinja"

# static/site.css has the colors, because those of the extension do not follow the theme's switch.
antsibull_ext_color_scheme = "none"

copybutton_prompt_text = "$ "
copybutton_line_continuation_character = "\\"

REPOSITORY = "https://github.com/gpufleet/gpufleet.cloud"
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"

# Pages of Ansible's own documentation to which the generated pages refer.
LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
PLUGIN = re.compile(r"^ansible_collections\.(ansible)\.(builtin)\.(\w+_\w+)$")
SETTING = re.compile(r"^ANSIBLE_[A-Z_]+$")


def to_ansible(app, env, node, content):
    """Let a reference that this site cannot resolve point into Ansible's documentation if it belongs there."""
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


def link_source(app, pagename, templatename, context, doctree):
    """Let the edit button lead to the file from which a page is made. Generated lists have no button."""
    guide = pagename.partition("cloud/docsite/")[2]
    if guide:
        link = f"{REPOSITORY}/edit/main/docs/docsite/rst/{guide}.rst"
    else:
        # antsibull-docs writes this address, with a text for the edit form behind it.
        link = (context.get("meta") or {}).get("github_url", "").partition("?")[0]
    context["theme_source_edit_link"] = link


def setup(app):
    """Called by Sphinx."""
    app.connect("missing-reference", to_ansible)
    app.connect("html-page-context", link_source)
    return {"parallel_read_safe": True}
