# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a candidate, as options of the modules for its provider.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable, NamedTuple

from .._schema.table import value_at
from .._validation import Violation
from .._vast.template_table import split_image

Options = dict[str, Any]


class Part(NamedTuple):
    """One resource of a candidate.

    :param type_name: the name of its resource type.
    :param section: the path of the section in ``provider_options`` that has further options.
    :param options: the options of the module for the resource type.
    :param sources: the options of the candidate, by the paths of the options that they set.
    """

    type_name: str
    section: str
    options: Options
    sources: Mapping[str, str]

    def in_vocabulary(self, violation: Violation) -> Violation:
        """Return a violation with the options of the candidate in place of those of the module."""
        if not violation.path:
            for unknown in violation.paths:
                option = self._option_of(unknown)
                if not option.startswith("provider_options."):
                    return Violation("", violation.text.replace(unknown, option))
            return Violation(f"provider_options.{self.section}", violation.text)
        paths = [self._option_of(path) for path in violation.paths or (violation.path,)]
        text = violation.text
        for target, source in self.sources.items():
            # A path without a dot can be a usual word.
            text = text.replace(target, source) if "." in target else text
        return Violation.of_several(paths, text)

    def with_default(self, option: str, value: Any) -> Part:
        """Return the same resource with a value for an option that is not set."""
        return self._replace(options={option: value, **self.options})

    def _option_of(self, path: str) -> str:
        """Return the option of the candidate that sets an option of the module."""
        for target, source in self.sources.items():
            if path == target or path.startswith((f"{target}.", f"{target}[")):
                # An option such as the port is the only item of a list.
                return source + path[len(target) :].removeprefix("[0]")
        return path if path in ("name", "id") else f"provider_options.{self.section}.{path}"


class _Target(NamedTuple):
    """An option of a module that a value of a candidate sets.

    :param convert: returns the value of the option for that of the candidate.
    """

    path: str
    convert: Callable[[Any], Any] = lambda value: value


def _in_list(value: Any) -> list[Any]:
    return [value]


_NOVITA = {
    "product": _Target("products", _in_list),
    "image": _Target("image.image"),
    "command": _Target("image.command"),
    "envs": _Target("envs"),
    "secret_envs": _Target("secret_envs"),
    "min_workers": _Target("worker_config.min_num"),
    "max_workers": _Target("worker_config.max_num"),
    "max_concurrent": _Target("worker_config.max_concurrent"),
    "idle_timeout": _Target("worker_config.free_timeout"),
    "request_timeout": _Target("worker_config.request_timeout"),
    "gpu_count": _Target("worker_config.gpu_num"),
    "port": _Target("ports", _in_list),
    "health_path": _Target("healthy.path"),
    "policy": _Target("policy"),
}
_PPIO = {
    "product": _Target("product_id"),
    "image": _Target("image"),
    "command": _Target("command"),
    "envs": _Target("envs"),
    "secret_envs": _Target("secret_envs"),
    "min_workers": _Target("worker_config.min_replicas"),
    "max_workers": _Target("worker_config.max_replicas"),
    "max_concurrent": _Target("worker_config.max_concurrent_per_worker"),
    "idle_timeout": _Target("worker_config.idle_timeout"),
    "request_timeout": _Target("worker_config.request_timeout"),
    "gpu_count": _Target("worker_config.gpu_num"),
    "port": _Target("ports", _in_list),
    "health_path": _Target("health_check.path"),
    "policy": _Target("policy"),
}
_VAST_ENDPOINT = {
    "min_workers": _Target("cold_workers"),
    "max_workers": _Target("max_workers"),
    "idle_timeout": _Target("inactivity_timeout"),
}
_VAST_WORKERGROUP = {"product": _Target("template_hash")}
_VAST_TEMPLATE = {
    "image": _Target("image"),
    "envs": _Target("envs"),
    "secret_envs": _Target("secret_envs"),
    "port": _Target("ports", lambda port: [f"{port}:{port}"]),
}
_OF_TYPES = {
    "novita_endpoint": _NOVITA,
    "ppio_endpoint": _PPIO,
    "vast_endpoint": _VAST_ENDPOINT,
    "vast_workergroup": _VAST_WORKERGROUP,
    "vast_template": _VAST_TEMPLATE,
}
_RUN = ("product", "image", "command", "envs", "gpu_count", "port")
"""The options of a candidate that determine what its workers run, and on which hardware."""
_RUN_IN_SECTIONS = ("product", "template", "tag")
"""Options of the modules that do the same, and that no option of a candidate sets."""
COVERED_BY_TEMPLATE = tuple(_VAST_TEMPLATE)
"""The options that a template in ``provider_options.vast.template`` gets."""


def run_values(parts: Iterable[Part]) -> Iterator[tuple[str, str, Any]]:
    """Yield the values that determine what the workers run: the resource type, the option path, and the value."""
    for part in parts:
        paths = [target.path for option, target in _OF_TYPES[part.type_name].items() if option in _RUN]
        for path in (*paths, *_RUN_IN_SECTIONS):
            value = value_at(part.options, path)
            if value is not None:
                yield part.type_name, path, value


def min_workers_of(provider: str, values: Options) -> Any:
    """Return the minimum number of workers in the values of an endpoint, or ``None``."""
    return value_at(values, _OF_TYPES[f"{provider}_endpoint"]["min_workers"].path)


def resting_part(provider: str, name: str) -> Part:
    """Return an endpoint that keeps no workers."""
    type_name, own = f"{provider}_endpoint", {"name": name}
    section = {"min_load": 0} if provider == "vast" else {}
    return _part(type_name, provider, own, _OF_TYPES[type_name], {"min_workers": 0}, section)


def novita_parts(name: str, desired: Options, section: Options) -> list[Part]:
    """Return the endpoint of a candidate at Novita AI."""
    targets = {**_NOVITA, **_credential_target(desired, "image.auth", "image.auth_id")}
    return [_part("novita_endpoint", "novita", {"name": name}, targets, desired, section)]


def ppio_parts(name: str, desired: Options, section: Options, is_new: bool) -> list[Part]:
    """Return the endpoint of a candidate at PPIO."""
    own: Options = {"name": name, **({"type": "sync"} if is_new else {})}
    targets = {**_PPIO, **_credential_target(desired, "registry_auth", "registry_auth_id")}
    if "health_path" in desired and "port" in desired:
        own["health_check"] = {"port": desired["port"]}
    return [_part("ppio_endpoint", "ppio", own, targets, desired, section)]


def _credential_target(desired: Options, path_of_name: str, path_of_id: str) -> dict[str, _Target]:
    """Return the option that a registry credential sets: a mapping names it, any other value is its id."""
    is_named = isinstance(desired.get("registry_credential"), dict)
    return {"registry_credential": _Target(path_of_name if is_named else path_of_id)}


def vast_parts(name: str, desired: Options, section: Options) -> list[Part]:
    """Return the endpoint, the workergroup and, if its section exists, the template of a candidate at Vast.ai."""
    parts = [_part("vast_endpoint", "vast.endpoint", {"name": name}, _VAST_ENDPOINT, desired, section.get("endpoint"))]
    own: Options = {"endpoint": name}
    own_sources = {"endpoint": "name"}
    template = section.get("template")
    if template is not None:
        covered = {option: value for option, value in desired.items() if option in COVERED_BY_TEMPLATE}
        own_of_template: Options = {"name": name}
        image, tag = split_image(covered.get("image") or "")
        if tag and template.get("image") is None:
            covered["image"], own_of_template["tag"] = image, tag
        parts.insert(0, _part("vast_template", "vast.template", own_of_template, _VAST_TEMPLATE, covered, template))
        own["template"] = parts[0].options["name"]
        own_sources["template"] = "name" if template.get("name") is None else "provider_options.vast.template.name"
    group = _part("vast_workergroup", "vast.workergroup", own, _VAST_WORKERGROUP, desired, section.get("workergroup"))
    group = group._replace(sources={**group.sources, **own_sources})
    search = group.options.get("search_params", {})
    if "gpu_count" in desired and isinstance(search, (str, dict)):
        count = desired["gpu_count"]
        with_count = f"{search} num_gpus={count}" if isinstance(search, str) else {**search, "num_gpus": {"eq": count}}
        sources = {**group.sources, "search_params.num_gpus": "gpu_count"}
        group = group._replace(options={**group.options, "search_params": with_count}, sources=sources)
    return [*parts, group]


def _part(
    type_name: str,
    section_path: str,
    own: Options,
    targets: Mapping[str, _Target],
    desired: Options,
    section: Options | None,
) -> Part:
    """Return a part. Its section overrides the values of the candidate, key by key."""
    options: Options = {}
    sources = {}
    for option, target in targets.items():
        if option in desired:
            _set(options, target.path, target.convert(desired[option]))
            sources[target.path] = option
    given = set(_paths(section or {}))
    sources = {path: option for path, option in sources.items() if path not in given}
    return Part(type_name, section_path, merged(merged(options, own), section or {}), sources)


def merged(one: Options, other: Options) -> Options:
    """Return two mappings, with the values of the other one in case of doubt. Null has no effect."""
    result = dict(one)
    for key, value in other.items():
        if value is None:
            continue
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def _set(options: Options, path: str, value: Any) -> None:
    name, _dot, rest = path.partition(".")
    if rest:
        _set(options.setdefault(name, {}), rest, value)
    else:
        options[name] = value


def _paths(options: Options, path: str = "") -> Iterator[str]:
    for name, value in options.items():
        if value is not None:
            yield f"{path}{name}"
        if isinstance(value, dict):
            yield from _paths(value, f"{path}{name}.")
