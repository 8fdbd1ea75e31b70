# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one entry, converted by Ansible or without it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from .._entry import arguments
from .._entry.plain_options import plain_options, unknown_options
from .._entry.yaml_input import drop_nulls, safe_for_ansible, yaml_violations
from .._validation import Violation
from .resource_types import RESOURCE_TYPES


class EntryOptions:
    """The options that an entry of one type can have.

    :param spec: their argument spec.
    :param rules: the rules between them, as keyword arguments of ``AnsibleModule``.
    """

    def __init__(self, spec: dict[str, Any], rules: Mapping[str, Any]) -> None:
        self.spec = spec
        self.rules = rules

    @functools.cached_property
    def _validator(self) -> Any:
        from ansible.module_utils.common.arg_spec import ArgumentSpecValidator  # event sources run without Ansible

        return ArgumentSpecValidator(self.spec, **self.rules)

    def converted(self, options: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Return options, converted by Ansible as far as it accepts them, and the violations that it finds."""
        from ansible.module_utils.errors import UnsupportedError

        # Copy to plain types: the tagged strings of Ansible are slow.
        options = json.loads(json.dumps(options, default=str))
        drop_nulls(self.spec, options)
        violations = yaml_violations(self.spec, options)
        validated = self._validator.validate(safe_for_ansible(self.spec, options))
        violations += unknown_options(self.spec, validated.unsupported_parameters)
        broken = [error for error in validated.errors if not isinstance(error, UnsupportedError)]
        violations += [Violation("", str(error)) for error in broken]
        params: dict[str, Any] = validated.validated_parameters
        return params, violations

    def converted_plainly(self, options: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Return options as far as they are valid, and violations in them. Ansible does not run."""
        plain = plain_options(self.spec, self.rules, options)
        return plain.params, [*unknown_options(self.spec, plain.unknown), *plain.violations]


@functools.cache
def options_of(type_name: str) -> EntryOptions:
    """Return the options of an entry of a resource type."""
    resource_type = RESOURCE_TYPES[type_name]
    return EntryOptions(arguments.argument_spec(resource_type), arguments.rules(resource_type))


def validated(
    type_name: str, options: dict[str, Any], check_mode: bool = True
) -> tuple[dict[str, Any], list[Violation]]:
    """Return the options of one resource, converted by Ansible, and all violations in them that can be found early."""
    params, violations = options_of(type_name).converted(options)
    return params, violations or arguments.resource_violations(RESOURCE_TYPES[type_name], params, check_mode)
