# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrange the pages that antsibull-docs writes: a navigation, and a reference grouped by provider.

Usage: arrange_site.py <collection> <pages>

<collection> is the collection's root. <pages> is the source folder of the site, with the pages of antsibull-docs in its
subfolder `cloud`. This tool writes, or writes again:

* navigation.txt: the table of contents, for index.rst. It has the sections of extra-docs.yml;
* first_playbook.yml: the first playbook of README.md, for index.rst;
* cloud/index.rst: one page that lists all modules, plugins, roles and playbooks, grouped by provider;
* cloud/provider_<action group>.rst, cloud/all_providers.rst, cloud/roles.rst: the same lists, one page for each group;
* cloud/environment_variables.rst: the environment variables that options and notes of any page mention.

A module belongs to the provider in whose action group it is (meta/runtime.yml). An inventory plugin belongs to the
provider that has its name. Short descriptions are those of antsibull-docs.
"""

import pathlib
import re
import sys
import typing

import yaml

PROVIDERS = {"novita": "Novita AI", "ppio": "PPIO", "vast": "Vast.ai"}
"""The action groups and the names of their providers, in the order of the navigation."""

REFERENCE = "Reference"
"""The section of extra-docs.yml whose pages the navigation lists next to the modules, plugins and roles."""

PLAYBOOKS = "playbooks"
"""The page of that section that the overview lists, too."""

LISTED = re.compile(r"^\* :ansplugin:`[^<]*<(gpufleet\.cloud\.(\w+)#(\w+))>` -- (.*)$", re.MULTILINE)
ANCHOR = re.compile(r"^ *\.\. _ansible_collections\.gpufleet\.cloud\.\w+__parameter-([\w/]+):$")
MENTION = re.compile(r":(?:ansenvvar|ansenvvarref|envvar):`([A-Z\\_]+)`")
VARIABLE = re.compile(r"^\.\. envvar:: (\w+)\n\n(.*?)(?=^\.\. envvar::|\Z)", re.MULTILINE | re.DOTALL)
CONTENTS = re.compile(r"^\.\. contents::\n(?: +:\w+:.*\n)*", re.MULTILINE)
TITLE = re.compile(r"^gpufleet\.cloud\.(\w+ .*\n\++$)", re.MULTILINE)
FIRST_PLAYBOOK = re.compile(r"^```yaml\n(- name: .*?)^```$", re.MULTILINE | re.DOTALL)


class Page(typing.NamedTuple):
    """A page of antsibull-docs: of a module, a plugin or a role."""

    reference: str
    name: str
    type: str
    description: str

    @property
    def file(self):
        return f"{self.name}_{self.type}"

    @property
    def title(self):
        return self.name if self.type in ("module", "role") else f"{self.name} ({self.type} plugin)"

    @property
    def link(self):
        return f":ansplugin:`{self.title} <{self.reference}>`"


def heading(text, line="="):
    return f"{text}\n{line * len(text)}\n"


def toctree(entries, caption=""):
    """Return a hidden table of contents: for the navigation, not for the page."""
    options = ["   :hidden:", *([f"   :caption: {caption}"] if caption else [])]
    return "\n".join([".. toctree::", *options, "", *(f"   {entry}" for entry in entries), ""])


def table(pages):
    """Return a table of links and short descriptions."""
    rows = [f"   * - {page.link}\n     - {page.description}" for page in pages]
    return "\n".join([".. list-table::", "   :widths: 35 65", "   :width: 100%", "", *rows, ""])


def group(pages, action_groups):
    """Return the pages of each group of the reference: a provider, all providers, roles."""
    groups = {name: [] for name in (*PROVIDERS, "all_providers", "roles")}
    if set(action_groups) != set(PROVIDERS):
        sys.exit(f"arrange_site.py: PROVIDERS must list the action groups {sorted(action_groups)}")
    of_module = {module: name for name, modules in action_groups.items() for module in modules}
    for page in pages:
        if page.type == "role":
            groups["roles"].append(page)
        elif page.type == "module":
            groups[of_module.get(f"gpufleet.cloud.{page.name}", "all_providers")].append(page)
        else:
            groups[page.name if page.name in PROVIDERS else "all_providers"].append(page)
    return groups


def provider_page(name, pages, variables):
    """Return the page of a provider: its guide, modules and plugins, action group, environment variables."""
    names = [f":envvar:`{variable}`" for variable in sorted(variables) if variable.startswith(f"{name.upper()}_")]
    return "\n".join(
        [
            heading(PROVIDERS[name]),
            f"To begin, read the guide :doc:`docsite/{name}`.\n",
            table(pages),
            f"* Action group for ``module_defaults``: ``group/gpufleet.cloud.{name}``",
            f"* Environment variables: {', '.join(names)}\n",
            toctree(f"{page.title} <{page.file}>" for page in pages),
        ]
    )


def list_page(title, introduction, pages):
    return "\n".join(
        [heading(title), introduction, "", table(pages), toctree(f"{page.title} <{page.file}>" for page in pages)]
    )


def overview(groups):
    """Return the page that lists everything. It has the labels of the page of antsibull-docs that it replaces."""
    parts = [
        ".. _plugins_in_gpufleet.cloud:",
        ".. _plugin_index_for_gpufleet.cloud:",
        ".. _module_plugins_in_gpufleet.cloud:",
        ".. _inventory_plugins_in_gpufleet.cloud:",
        ".. _role_plugins_in_gpufleet.cloud:\n",
        heading("Modules, plugins, roles and playbooks"),
        "Each page lists all options with their types and defaults, examples, and the values that are returned.\n",
    ]
    for name, title in (*PROVIDERS.items(), ("all_providers", "All providers"), ("roles", "Roles")):
        parts += [heading(title, "-"), table(groups[name])]
    parts += [heading("Playbooks", "-"), f"* :doc:`docsite/{PLAYBOOKS}`\n"]
    return "\n".join(parts)


def mentions(pages, folder):
    """Return the environment variables that pages mention, each with links to those options and pages."""
    found = {}
    for page in pages:
        option = None
        for line in (folder / f"{page.file}.rst").read_text(encoding="utf-8").splitlines():
            anchor = ANCHOR.match(line)
            if anchor:
                option = anchor[1].replace("/", ".")
            elif not line.startswith(" ") and line:
                # The text of an option is indented. Notes and examples are not.
                option = None
            for mention in MENTION.findall(line):
                title = f"{page.name} role" if page.type == "role" else page.title
                link = f":ansplugin:`{title} <{page.reference}>`"
                if option and page.type != "role":
                    link += f" (:ansopt:`{page.reference}:{option}`)"
                links = found.setdefault(mention.replace("\\", ""), [])
                if link not in links:
                    links.append(link)
    return found


def environment_page(written, found, in_guides):
    """Return the page of environment variables: those of the providers, others such as proxies, those of Ansible.

    :param in_guides: variables that a guide defines with a directive of its own.
    """
    described = dict(VARIABLE.findall(written))
    ours = {name: links for name, links in found.items() if name.split("_")[0].lower() in PROVIDERS}
    others = {name: links for name, links in found.items() if name not in ours and not name.startswith("ANSIBLE_")}
    others = {name: links for name, links in others.items() if name not in in_guides}
    parts = [".. _list_of_collection_env_vars:\n", heading("Environment variables")]
    parts += [
        "Set these variables on the host on which the modules run. The inventory plugins read them on the controller.\n"
    ]
    for title, variables in (("Providers", ours), ("Other variables", others)):
        parts.append(heading(title, "-"))
        if variables is others and in_guides:
            parts.append(f"The guides describe {', '.join(f':envvar:`{name}`' for name in sorted(in_guides))}.\n")
        for name in sorted(variables):
            parts.append(f".. envvar:: {name}\n\n   See {', '.join(variables[name])}.\n")
    parts.append(heading("Ansible", "-"))
    parts.append("Ansible defines these variables for inventory plugins. See :ref:`ansible_configuration_settings`.\n")
    parts += [f".. envvar:: {name}\n\n{text}" for name, text in described.items() if name.startswith("ANSIBLE_")]
    return "\n".join(parts)


def adapt(text):
    """Return a page of antsibull-docs with changes for the theme and for narrow screens."""
    # The theme has a table of contents next to each page.
    text = CONTENTS.sub("", text)
    # The note at the top of the page has the full name, which is too long for a title on a phone.
    text = TITLE.sub(r"\1", text)
    # antsibull-docs does not link the environment variables that modules document in their text.
    return text.replace(":ansenvvar:`", ":ansenvvarref:`")


def navigation(sections, changelog):
    """Return the tables of contents of the whole site.

    :param changelog: whether the site has the changelog, which is empty before the first release.
    """
    parts = []
    for section in sections:
        entries = [f"cloud/docsite/{name}" for name in section["toctree"]]
        if section["title"] == REFERENCE:
            modules = [
                "Overview <cloud/index>",
                *(f"cloud/provider_{name}" for name in PROVIDERS),
                "cloud/all_providers",
            ]
            others = ["cloud/environment_variables", *(["Changelog <cloud/changelog>"] if changelog else [])]
            entries = [*modules, "cloud/roles", *entries, *others]
        parts.append(toctree(entries, section["title"]))
    return "\n".join(parts)


def main():
    collection, root = map(pathlib.Path, sys.argv[1:])
    folder = root / "cloud"
    runtime = yaml.safe_load((collection / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    settings = yaml.safe_load((collection / "docs" / "docsite" / "config.yml").read_text(encoding="utf-8"))
    guides = yaml.safe_load((collection / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))
    pages = [Page(*match) for match in LISTED.findall((folder / "index.rst").read_text(encoding="utf-8"))]
    unlisted = (
        {file.stem for file in folder.glob("*_*.rst")} - {page.file for page in pages} - {"environment_variables"}
    )
    if not pages or unlisted:
        sys.exit(f"arrange_site.py: cloud/index.rst does not list these pages in the expected form: {sorted(unlisted)}")
    playbook = FIRST_PLAYBOOK.search((collection / "README.md").read_text(encoding="utf-8"))
    if not playbook:
        sys.exit("arrange_site.py: README.md contains no playbook in a block of YAML that begins with - name:")
    groups = group(pages, runtime["action_groups"])
    found = mentions(pages, folder)

    written = {
        "navigation.txt": navigation(guides["sections"], (folder / "changelog.rst").exists()),
        "first_playbook.yml": playbook[1],
        "cloud/index.rst": overview(groups),
        "cloud/all_providers.rst": list_page(
            "All providers", "This content works with all providers.", groups["all_providers"]
        ),
        "cloud/roles.rst": list_page("Roles", "Each page lists all variables of a role.", groups["roles"]),
        "cloud/environment_variables.rst": environment_page(
            (folder / "environment_variables.rst").read_text(encoding="utf-8"), found, settings["envvar_directives"]
        ),
        **{f"cloud/provider_{name}.rst": provider_page(name, groups[name], found) for name in PROVIDERS},
    }
    for name, text in written.items():
        (root / name).write_text(text, encoding="utf-8")
    for page in pages:
        file = folder / f"{page.file}.rst"
        file.write_text(adapt(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
