"""Write the page that says of every option what a change of it does, from the tables of the resource kinds.

Usage: effects.py [--check] <page>

With --check nothing is written, and the page must be what would be written.
"""

import pathlib
import sys

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment

ROOT = pathlib.Path(__file__).resolve().parents[2]

WORDS = {
    "in_place": "in place",
    "rolls_workers": "rolls workers",
    "restarts": "restarts",
    "replaces": "replaces",
    "unknown": "unknown",
}

# Where it depends on the values: the option, what is found and wanted, and whether only a replacement leads there.
DEPENDS = {
    "novita_instance": {
        "rootfs_size": ("Making it smaller replaces.", ((60, 100, False), (100, 60, True))),
        "billing_mode": (
            "From ``onDemand`` to ``monthly`` it is made without a replacement, effect unknown.",
            (("onDemand", "monthly", False), ("monthly", "onDemand", True), ("onDemand", "spot", True)),
        ),
    },
}

HEAD = """\
.. Written by `make generated` from the tables in plugins/module_utils; do not edit.

.. _ansible_collections.gpufleet.cloud.docsite.effects:

What a change does
==================

Before it changes anything, a module says in ``plan`` what the change does to what is running. This page has the same
for every option.

.. list-table::
  :widths: 18 82

  * - **in place**
    - It takes effect without a restart.
  * - **rolls workers**
    - Workers are replaced one after the other.
  * - **restarts**
    - What runs is stopped and started again.
  * - **replaces**
    - The provider cannot change it. A task that wants another value is refused, unless it has ``recreate: true``: then
      a new record takes the place of the old one.
  * - **not possible**
    - Not even a replacement leads there: the name says which record is meant.
  * - **unknown**
    - The change is made, and no page of the provider says what it does to running workers. Try it where it does not
      matter.
  * - **not compared**
    - The provider never answers it. It is sent when the record is created, and is no reason for a change later.

Only what a page of the provider says is claimed. That is little: of endpoints on Novita AI and PPIO no page says
whether a change restarts workers. Among the pages that do say something are those on
`upgrading <https://novita.ai/docs/api-reference/gpu-instance-upgrade-instance>`__ and
`editing <https://novita.ai/docs/api-reference/gpu-instance-edit-instance>`__ an instance of Novita AI, and Vast.ai's
guide on `updates without downtime <https://docs.vast.ai/guides/serverless/zero-downtime-worker-update>`__.

*New* marks what a new record needs. Options that are not listed here, such as ``wait``, say how a module works, not
what a record is.
"""


def module_of(resource_type):
    return f"{resource_type.provider.name}_{resource_type.noun}"


def effect_of(field):
    """The effect in the page's words."""
    if field.write_only:
        return "not compared"
    if field.immutable and field.name == "name":
        return "not possible"
    return WORDS["replaces" if field.immutable else field.effect]


def remarks_on(resource_type, field):
    """Sentences on what the effect alone does not say."""
    known = DEPENDS.get(module_of(resource_type), {}).get(field.name)
    if known:
        yield known[0]
    if field.may_be_missing:
        yield "Compared only where the provider answers it."
    if field.update_only:
        yield "Of a new record it is set by an update right after the create."


def names_of(field, path=""):
    """The options of a field: those inside a mapping, and the three of an environment."""
    if isinstance(field, Group):
        return [name for inner in field.fields if inner.option for name in names_of(inner, f"{path}{field.name}.")]
    return (
        [f"{path}{name}" for name in field.own_arguments()] if isinstance(field, Environment) else [path + field.name]
    )


def rows_of(resource_type):
    """The rows of a kind's table: option, whether a new record needs it, effect, remarks."""
    needed = resource_type.table.missing(resource_type.table.new({}))
    for field in resource_type.table.fields:
        if not field.option:
            continue
        for name in names_of(field):
            # How the variables are compared is nothing that a record has.
            if not name.endswith("_mode") or not isinstance(field, Environment):
                yield (
                    name,
                    "yes" if name in needed else "",
                    effect_of(field),
                    " ".join(remarks_on(resource_type, field)),
                )


def complaints():
    """What this file and the collection do not agree in."""
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "fleet"}
    resources = {name for name in modules if not name.endswith("_info")} - {"__init__"}
    if resources != set(RESOURCE_TYPES):
        yield f"KINDS lacks, or has too many of: {resources ^ set(RESOURCE_TYPES)}"
    for name, resource_type in RESOURCE_TYPES.items():
        for option, (_remark, cases) in DEPENDS.get(name, {}).items():
            for found, wanted, replaces in cases:
                if bool(resource_type.table.immutable_differences({option: found}, {option: wanted})) is not replaces:
                    yield f"{name}: {option} from {found} to {wanted} is not as DEPENDS says"


def page():
    parts = [HEAD]
    for name, resource_type in RESOURCE_TYPES.items():
        title = f"``{name}``"
        parts += [
            f"\n{title}\n{'-' * len(title)}\n\n:ansplugin:`gpufleet.cloud.{name}#module`\n",
            "\n.. list-table::\n  :header-rows: 1\n  :widths: 36 8 16 40\n",
        ]
        for cells in [
            ("Option", "New", "A change", ""),
            *((f"``{option}``", *rest) for option, *rest in rows_of(resource_type)),
        ]:
            parts.append(
                "".join(f"\n  {'* -' if not number else '  -'} {cell}".rstrip() for number, cell in enumerate(cells))
            )
        parts.append("\n")
    return "".join(parts)


def main():
    *options, name = sys.argv[1:]
    path, text = pathlib.Path(name), page()
    found = list(complaints())
    if options == ["--check"]:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            found.append(f"{path} is not what the tables say; run `make generated`")
    else:
        path.write_text(text, encoding="utf-8")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
