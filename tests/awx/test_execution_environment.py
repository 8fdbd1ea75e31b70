# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment, as far as it can be tested without a container engine.

The tests run the steps of the Containerfile that ansible-builder writes in a new virtual environment: install Ansible,
install the collection, find its requirements, and install them. Then modules run there, with the environment of an AWX
job.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import secrets
import shlex
import subprocess
import sys
import types

import pytest
import yaml

from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator

from .conftest import NO_PROXY, PROVIDERS
from .fake import injected

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFINITION = ROOT / "execution-environment.yml"
TIMEOUT = 500


def _run(*command, folder, environment=None):
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _from_checkout():
    """Return the definition with the change that its comment describes: the collection comes from a tarball."""
    definition = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    lines = [line[4:] for line in DEFINITION.read_text(encoding="utf-8").splitlines() if line.startswith("#   ")]
    advice = yaml.safe_load("\n".join(line for line in lines if not line.startswith("ansible-builder ")))
    definition["dependencies"]["galaxy"] = advice.pop("galaxy")
    return {**definition, **advice}


@pytest.fixture(name="image", scope="module")
def _image(tmp_path_factory):
    """Return a virtual environment that replaces an image."""
    folder = tmp_path_factory.mktemp("image")
    (folder / "execution-environment.yml").write_text(yaml.safe_dump(_from_checkout()), encoding="utf-8")
    _run("ansible-galaxy", "collection", "build", "--output-path", folder / "dist", folder=ROOT)
    _run("ansible-builder", "create", folder=folder)
    build = folder / "context" / "_build"

    _run(sys.executable, "-m", "venv", folder / "venv", folder=folder)
    programs = folder / "venv" / "bin"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    environment["PATH"] = os.pathsep.join([str(programs), environment["PATH"]])
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(folder / "collections")
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]

    containerfile = next((folder / "context").glob("*ile")).read_text(encoding="utf-8")
    ansible = shlex.split(re.search(r'^ARG ANSIBLE_INSTALL_REFS="(.*)"$', containerfile, re.MULTILINE)[1])
    _run(*pip, *ansible, folder=folder, environment=environment)
    _run(
        programs / "ansible-galaxy",
        "collection",
        "install",
        "--offline",
        "--requirements-file",
        "requirements.yml",
        "--collections-path",
        folder / "collections",
        folder=build,
        environment=environment,
    )
    _run(
        programs / "python",
        build / "scripts" / "introspect.py",
        "introspect",
        "--write-pip",
        "requirements.txt",
        "collections",
        folder=folder,
        environment=environment,
    )
    _run(*pip, "--requirement", "requirements.txt", folder=folder, environment=environment)
    return types.SimpleNamespace(folder=folder, programs=programs, environment=environment)


def test_ansible_builder_accepts_the_definition(tmp_path):
    _run("ansible-builder", "create", "--file", DEFINITION, "--context", tmp_path, folder=tmp_path)
    assert yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text(encoding="utf-8")) == {
        "collections": [{"name": "gpufleet.cloud", "version": ">=1.0.0"}]
    }


def test_ansible_builder_finds_the_requirements_of_the_collection(image):
    expected = re.findall(
        r"^[a-z].*$", (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    requirements = (image.folder / "requirements.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z][^ ]*)  # from collection gpufleet\.cloud$", requirements, re.MULTILINE)
    assert sorted(found) == sorted(expected)


def test_all_modules_are_installed(image):
    output = _run(
        image.programs / "ansible-doc",
        "--list",
        "--json",
        "gpufleet.cloud",
        folder=image.folder,
        environment=image.environment,
    )
    modules = (ROOT / "plugins" / "modules").glob("*.py")
    assert sorted(json.loads(output)) == sorted(f"gpufleet.cloud.{path.stem}" for path in modules)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_module_runs_in_the_image_with_the_environment_of_a_job(configured, image, provider):
    credential_type = configured.awx.named("credential_types")[PROVIDERS[provider]]
    with Simulator() as simulator:
        inputs = {
            "api_key": secrets.token_hex(32),
            "api_url": f"{simulator.url}/{provider}",
            "autoscaler_url": simulator.vast_autoscaler_url,
        }
        job = {**image.environment, **injected(credential_type, inputs), **NO_PROXY}
        output = _run(
            image.programs / "ansible",
            "localhost",
            "-m",
            f"gpufleet.cloud.{provider}_endpoint_info",
            folder=image.folder,
            environment=job,
        )
    assert "localhost | SUCCESS" in output
    assert '"endpoints": []' in output
