# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the page with the effect of a change of each option, from the tables of the resource types.

Usage: effects.py [--check] <page>

With --check the tool writes nothing, and fails unless the page is up to date.
"""

import pathlib
import sys

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.capabilities import Irreplaceable
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment

ROOT = pathlib.Path(__file__).resolve().parents[2]

WORDS = {
    "none": "none",
    "in_place": "in place",
    "rolls_workers": "rolls workers",
    "restarts": "restarts",
    "replaces": "replaces",
    "unknown": "unknown",
}

# Options whose effect depends on the values: the remark, and pairs of a current and a desired value, each with whether
# the change needs a replacement.
DEPENDS = {
    "novita_instance": {
        "rootfs_size": ("A smaller size replaces the instance.", ((60, 100, False), (100, 60, True))),
        "billing_mode": (
            "From ``onDemand`` to ``monthly``: no replacement, effect unknown.",
            (("onDemand", "monthly", False), ("monthly", "onDemand", True), ("onDemand", "spot", True)),
        ),
    },
    "ppio_instance": {
        "resource": (
            "A smaller disk or another number of GPUs replaces the instance.",
            (
                ({"rootfs_size_gb": 60}, {"rootfs_size_gb": 100}, False),
                ({"rootfs_size_gb": 100}, {"rootfs_size_gb": 60}, True),
                ({"gpu_num": 1}, {"gpu_num": 2}, True),
            ),
        ),
        "billing": (
            "To or from ``spot``: replaces the instance.",
            (
                ({"mode": "postpaid"}, {"mode": "prepaid"}, False),
                ({"mode": "prepaid"}, {"mode": "postpaid"}, False),
                ({"mode": "postpaid"}, {"mode": "spot"}, True),
            ),
        ),
        "candidate_regions": (
            "Replaces the instance only if the list lacks its region.",
            ((["cn-demo-1"], ["cn-demo-1", "cn-south-1"], False), (["cn-demo-1"], ["cn-south-1"], True)),
        ),
    },
}

HEAD = """\
.. Written by `make generated` from the tables in plugins/module_utils; do not edit.

.. _ansible_collections.gpufleet.cloud.docsite.effects:

Effect of each change
=====================

Before a module changes a resource, ``plan`` in its result shows the effect of each step on running workers or on the
instance. Use this page to find the effect of a change before you write the task. Run the task in check mode to see the
plan for your resource.

.. list-table::
  :header-rows: 1
  :widths: 18 82

  * - Effect
    - Meaning
  * - **none**
    - The change has no effect on anything that runs. Workergroups keep the old version of a template.
  * - **in place**
    - The change takes effect without a restart.
  * - **rolls workers**
    - The provider replaces the workers one after the other.
  * - **restarts**
    - The provider stops the running instance or workers and starts them again.
  * - **replaces**
    - The provider cannot change the option. The module refuses a different value unless the task sets
      ``recreate: true``. Then it creates a new resource and deletes the old one.
  * - **not possible**
    - The module cannot change the option, not even by a replacement: the name identifies the resource, or a replacement
      would lose data.
  * - **unknown**
    - The module sends the change, but the provider does not document its effect on running workers. Try such a change
      on a test resource first.
  * - **not compared**
    - The provider never returns the option. The module sends it with a create and does not compare it later.

This page claims an effect only if the provider documents it. That is rare: Novita AI and PPIO do not document for any
option of an endpoint whether a change restarts workers. Novita AI describes effects on its pages about
`upgrading <https://novita.ai/docs/api-reference/gpu-instance-upgrade-instance>`__ and
`editing <https://novita.ai/docs/api-reference/gpu-instance-edit-instance>`__ an instance. PPIO describes
`the upgrade of an instance <https://ppio.com/docs/gpus/instance/reference-v2-upgrade-instance>`__. That ports change in
place at PPIO, too, is taken from the page of its sister product. Vast.ai describes effects in its guide to
`updates without downtime <https://docs.vast.ai/guides/serverless/zero-downtime-worker-update>`__.

In the tables, *Required* marks the options that you must set to create a resource. The tables omit options that control
the module and not the resource, such as ``wait``.
"""


def module_of(resource_type):
    return f"{resource_type.provider.name}_{resource_type.key}"


def effect_of(resource_type, field):
    """Return the effect of a change, in the words of the page."""
    if field.write_only:
        return "not compared"
    if field.immutable and (field.name in resource_type.named_by or issubclass(resource_type, Irreplaceable)):
        return "not possible"
    return WORDS["replaces" if field.immutable else field.effect]


def remarks_on(resource_type, field):
    """Sentences that the page shows next to the effect."""
    known = DEPENDS.get(module_of(resource_type), {}).get(field.name)
    if known:
        yield known[0]
    if field.may_be_missing:
        yield "Compared only if the provider returns it."
    if field.update_only:
        yield "For a new resource, the module sets this option in an update right after the create."


def names_of(field, path=""):
    """Return the options of a field: those inside a mapping, or the three options of an environment."""
    if isinstance(field, Group):
        return [name for inner in field.fields if inner.option for name in names_of(inner, f"{path}{field.name}.")]
    return (
        [f"{path}{name}" for name in field.own_arguments()] if isinstance(field, Environment) else [path + field.name]
    )


def rows_of(resource_type):
    """Yield the rows of the table of a resource type: option, whether a create requires it, effect, remarks."""
    needed = resource_type.table.missing(resource_type.table.new({}))
    for field in resource_type.table.fields:
        if not field.option:
            continue
        for name in names_of(field):
            # The mode controls how variables are compared; a resource has no such property.
            if not name.endswith("_mode") or not isinstance(field, Environment):
                yield (
                    name,
                    "yes" if name in needed else "",
                    effect_of(resource_type, field),
                    " ".join(remarks_on(resource_type, field)),
                )


def complaints():
    """Differences between this file and the collection."""
    modules = {
        path.stem
        for path in (ROOT / "plugins" / "modules").glob("*.py")
        if path.stem not in ("export", "fleet", "inference_endpoint")
    }
    resources = {name for name in modules if not name.endswith("_info")} - {"__init__"}
    if resources != set(RESOURCE_TYPES):
        yield f"RESOURCE_TYPES and the modules differ: {', '.join(sorted(resources ^ set(RESOURCE_TYPES)))}"
    for name, resource_type in RESOURCE_TYPES.items():
        for option, (_remark, cases) in DEPENDS.get(name, {}).items():
            for current, desired, replaces in cases:
                if (
                    bool(resource_type.table.immutable_differences({option: current}, {option: desired}))
                    is not replaces
                ):
                    yield f"{name}: a change of {option} from {current} to {desired} contradicts DEPENDS"


def page():
    parts = [HEAD]
    for name, resource_type in RESOURCE_TYPES.items():
        title = f"``{name}``"
        parts += [
            f"\n{title}\n{'-' * len(title)}\n\n:ansplugin:`gpufleet.cloud.{name}#module`\n",
            "\n.. list-table::\n  :header-rows: 1\n  :widths: 36 12 16 36\n",
        ]
        for cells in [
            ("Option", "Required", "Effect", "Remarks"),
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
            found.append(f"{path} is out of date; run `make generated`")
    else:
        path.write_text(text, encoding="utf-8")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
