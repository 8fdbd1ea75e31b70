# The commands of this repository. They need git, make and Python >= 3.11, and install everything else into .venv.
#
# make demo         create, check, change and delete resources against a simulator, in about a minute
# make test         the quick tests, in a few minutes: lint-python, lint-words, units, up-to-date, one integration target
# make test-rest    all other tests, in about half an hour; like make test, it continues after a failed stage
# make tidy         format the Python files and apply ruff's fixes
#
# make lint-python  ruff, mypy, and vermin, which finds code that needs a newer Python than the modules support
# make lint-words   codespell: spelling, American English, and the words that the glossary replaces
# make units        unit tests, and the laws for modules                (PYTEST_ARGS="-k law_07" selects tests)
# make up-to-date   check that the generated files are up to date
# make units-oldest units on the oldest Python that modules support, if installed   (PYTHON39=/path/to/python3.9)
# make faces        the laws for entries of a fleet, and in the process of Ansible; tasks as modules and in the process
#                   of Ansible, compared through Ansible itself         (PYTEST_ARGS="-k law_07")
# make laws         the tests of all promises, in each way in which a module can run
# make controller   unit tests of the action, inventory and lookup plugins, which run on the controller
# make vendors      the vendors' own clients against the simulator      (PYTEST_ARGS="-k novita")
# make events       the event source, in a Python without Ansible
# make rulebook     the rulebook of the guide with ansible-rulebook; skipped without Java   (JAVA=/path/to/java)
# make awx          the playbook, credential types and execution environment for AWX
# make runner       jobs through ansible-runner, which AWX uses
# make integration  integration targets over real HTTP                  (TARGETS="novita_endpoint" DIRECT=false)
# make modules      some of them, with tasks that Ansible runs as modules: the same as with DIRECT=false
# make sanity       ansible-test sanity                                 (SANITY_ARGS="--test pep8")
# make lint         all linters: lint-python, lint-words, lint-ansible, lint-docs, lint-changelog
# make docs         the documentation site in .build/docs/html; fails on a warning, on a broken link inside the site, and
#                   on a page that loads something from another host
# make screens      the site in Chromium, at the width of a phone and of a desktop, light and dark; fails if a page
#                   scrolls horizontally; screenshots in .build/screens   (CHROMIUM=/path; skipped without Chromium)
# make guides       every code block of the guides                      (PYTEST_ARGS="-k vast")
# make generated    write the generated files: documentation and the schema of a fleet file from tables, and the list of
#                   messages
# make repository   licenses, GitHub workflows and issue forms, and the links of Markdown files
# make build        build the collection's tarball in dist/ and check it; the same commit always gives the same bytes
# make changelog    move the changelog fragments to the notes of a release, for the version in galaxy.yml
# make release-notes  the notes of that release, in dist/release-notes.md   (TAG=1.0.0)
# make proof        the laws with random input: desired values, faults and responses by the thousand; some hours
#                   (PROOF="tests/prove/test_export.py" selects files)
# make prove-fast   a quick selection of the proof                      (PYTEST_ARGS="-k vast")
# make matrix       units, integration and sanity on several releases of ansible-core, units with the oldest and the newest
#                   libraries, and Galaxy's importer; takes hours
#                   (MATRIX="2.16", MATRIX_STEPS="units libraries", MATRIX_TARGETS="novita_endpoint")
# make coverage     lines and branches that the tests reach together   (TARGETS="examples")
#                   (COVERAGE_STEPS="units": only these; the results of the others stay while plugins/ is the same)
# make mutants      break the core in one place at a time, and check that a test fails
#                   (MUTANTS="200" of each module, MUTANT_MODULES="_schema/fields _engine/planner")
# make soak         a fleet of 1,000 resources at providers with faults, for an hour
#                   (SOAK_SECONDS=600 SOAK_RESOURCES=100; SOAK_SEED=1 repeats a run)
# make prove        laws, proof, mutants, matrix, coverage and soak, and the page of figures; takes hours
#                   (PARTS="laws proof-kills mutants": only these, where mutants stands for all of its parts)
# make bench        the cost of the modules, in requests and in time    (BENCH_ARGS="--rounds 5 tasks creates")
#                   and next to the vendors' clients and Terraform; writes .build/results/bench.json
# make bench-page   write the figures of the last make bench into docs/docsite/rst/performance.rst
# make simulator    run the simulator in the foreground, to try playbooks   (PORT=8080)
# make simulator-env the export lines for a simulator at PORT, whether or not it runs: eval "$(make -s simulator-env)"
# make tree         the copy of this checkout on which the tests run
# make venv         .venv with all tools
# make clean        remove all files that these commands write

PYTHON ?= python3
PYTHON39 ?=
JAVA ?= $(shell command -v java)
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
PORT ?= 8080
PYTEST_ARGS ?=
TARGETS ?=
DIRECT ?= true
MODULES_TARGETS ?= vast_endpoint novita_endpoint ad_hoc several_hosts secrets fleet
SANITY_ARGS ?=
BENCH_ARGS ?=
MATRIX ?=
MATRIX_STEPS ?=
COVERAGE_STEPS ?=
MATRIX_TARGETS ?=
MUTANTS ?= 50
MUTANT_MODULES ?=
SOAK_SECONDS ?= 3600
SOAK_RESOURCES ?= 1000
SOAK_SEED ?=
PARTS ?=
PROOF ?= tests/prove
FIGURES := docs/docsite/rst/figures.rst
TAG ?=

BUILD := $(CURDIR)/.build
BIN := $(CURDIR)/.venv/bin
STAMP := .venv/.installed
VENDORS := $(BUILD)/vendors
VENDORS_STAMP := .build/vendors/.installed
OLDEST := $(BUILD)/oldest
EVENTS := $(BUILD)/events
EVENTS_STAMP := .build/events/.installed
RULEBOOK := $(BUILD)/rulebook
RULEBOOK_STAMP := .build/rulebook/.installed
AWX := $(BUILD)/awx
AWX_STAMP := .build/awx/.installed
MUTATIONS := $(BUILD)/mutants
MUTATIONS_STAMP := .build/mutants/.installed
TREE := $(BUILD)/ansible_collections/gpufleet/cloud
OTHER := $(BUILD)/other
OTHER_TREE := $(OTHER)/ansible_collections/gpufleet/cloud
RESULTS := $(BUILD)/results
DOCS := $(BUILD)/docs
SCREENS := $(BUILD)/screens
BROWSER := $(BUILD)/browser
BROWSER_STAMP := .build/browser/.installed
VERSION := $(shell sed -n 's/^version: *//p' galaxy.yml)

# The tools change to the copy of the tree, so they are called by their full path.
SANDBOX := $(BIN)/python $(CURDIR)/tests/tools/sandbox.py $(BUILD)
IN_HALVES := python $(CURDIR)/tests/tools/in_halves.py $(OTHER_TREE)
SIMULATED := $(BIN)/python $(CURDIR)/tests/tools/with_simulator.py --log $(RESULTS)/simulator.log

# Unit tests that import the controller. Modules behave differently in such a process, so they run in their own.
CONTROLLER := tests/unit/plugins/action tests/unit/plugins/inventory tests/unit/plugins/lookup
UNITS := -m "not other_face" $(CONTROLLER:%=--ignore %) tests/unit

# The playbooks run on localhost, so a missing inventory is no reason for a warning.
QUIET := ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false

.DEFAULT_GOAL := help
# Two targets at the same time would share one copy of the tree.
.NOTPARALLEL:
.PHONY: help venv tree other-tree tidy units units-oldest faces laws controller vendors events rulebook awx runner integration modules sanity lint lint-python \
	lint-words lint-ansible lint-docs lint-changelog docs screens guides generated up-to-date repository build changelog release-notes \
	proof prove-fast matrix coverage mutants soak prove bench bench-page simulator simulator-env demo test test-rest clean

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

venv: $(STAMP)

$(STAMP): tests/requirements.txt meta/ee-requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is required; set one: make PYTHON=/path/to/python3.12")'
	@$(PYTHON) -m venv --clear .venv
	@echo "Installing tests/requirements.txt into .venv. This takes a minute or two."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

tree: $(STAMP)
	@$(BIN)/python tests/tools/make_tree.py $(BUILD)

# Half of the integration targets run on this copy.
other-tree: $(STAMP)
	@$(BIN)/python tests/tools/make_tree.py $(OTHER)

tidy: $(STAMP)
	@$(BIN)/ruff check --fix --exit-zero
	@$(BIN)/ruff format

lint-words: $(STAMP)
	@git ls-files -z | xargs -0 $(BIN)/codespell --dictionary - --dictionary tests/words.txt

lint-python: tree
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@cd $(TREE) && $(SANDBOX) env MYPYPATH=$(BUILD) mypy --cache-dir $(BUILD)/mypy --package ansible_collections.gpufleet.cloud.plugins --package ansible_collections.gpufleet.cloud.extensions
	@$(BIN)/vermin --quiet --no-tips --violations --target=3.9- plugins extensions

units: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python -m pytest -n 2 --junitxml=$(RESULTS)/units.xml $(UNITS) $(PYTEST_ARGS)

units-oldest: tree
	@$(BIN)/python tests/tools/oldest_python.py --python "$(PYTHON39)" $(OLDEST)
	@test ! -e $(OLDEST)/venv || { cd $(TREE) && $(SANDBOX) --venv $(OLDEST)/venv env PYTHONPATH=$(BUILD) python -m pytest -n 2 --junitxml=$(RESULTS)/units-oldest.xml $(UNITS) $(PYTEST_ARGS); }

faces: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python -m pytest -n 2 --junitxml=$(RESULTS)/faces.xml -m other_face $(PYTEST_ARGS) tests/unit/laws tests/faces

laws: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python -m pytest -n 2 --junitxml=$(RESULTS)/laws.xml $(PYTEST_ARGS) tests/unit/laws tests/faces

# Modules behave differently in a process that has imported the controller, so these tests run in their own process.
controller: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python -m pytest --junitxml=$(RESULTS)/controller.xml $(PYTEST_ARGS) $(CONTROLLER)

$(VENDORS_STAMP): tests/vendors/requirements.txt $(STAMP)
	@$(BIN)/python -m venv --clear $(VENDORS)
	@echo "Installing tests/vendors/requirements.txt into .build/vendors."
	@$(VENDORS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check -r $<
	@touch $@

vendors: tree $(VENDORS_STAMP)
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) VENDORS_BIN=$(VENDORS)/bin python -m pytest -n 2 --junitxml=$(RESULTS)/vendors.xml $(PYTEST_ARGS) tests/vendors

# ansible-rulebook can have another Python than Ansible, so this one has no ansible-core.
$(EVENTS_STAMP): tests/events/requirements.txt meta/ee-requirements.txt $(STAMP)
	@$(BIN)/python -m venv --clear $(EVENTS)
	@echo "Installing tests/events/requirements.txt into .build/events."
	@$(EVENTS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check -r $<
	@touch $@

events: tree $(EVENTS_STAMP)
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) EVENTS_PYTHON=$(EVENTS)/bin/python python -m pytest -n 2 --junitxml=$(RESULTS)/events.xml $(PYTEST_ARGS) tests/events

$(RULEBOOK_STAMP): tests/rulebook/requirements.txt meta/ee-requirements.txt $(STAMP)
	@$(BIN)/python -m venv --clear $(RULEBOOK)
	@echo "Installing tests/rulebook/requirements.txt into .build/rulebook."
	@$(RULEBOOK)/bin/python -m pip install --quiet --quiet --disable-pip-version-check -r $<
	@touch $@

rulebook: $(if $(JAVA),tree $(RULEBOOK_STAMP))
	@$(if $(JAVA),cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) RULEBOOK_BIN=$(RULEBOOK)/bin JAVA=$(JAVA) python -m pytest --junitxml=$(RESULTS)/rulebook.xml $(PYTEST_ARGS) tests/rulebook,echo "Left out: ansible-rulebook needs Java 17 or later, which is not installed; set its path with JAVA=/path/to/java")

$(AWX_STAMP): tests/awx/requirements.txt tests/tools/fetch_collection.py $(STAMP)
	@echo "Downloading the collection awx.awx into .build/awx, as part of a large package."
	@$(BIN)/python tests/tools/fetch_collection.py $< awx.awx $(AWX)
	@touch $@

awx: tree $(AWX_STAMP)
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) ANSIBLE_COLLECTIONS_PATH=$(BUILD):$(AWX) $(QUIET) python -m pytest -n 2 --dist loadgroup --junitxml=$(RESULTS)/awx.xml $(PYTEST_ARGS) tests/awx

runner: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python -m pytest -n 2 --junitxml=$(RESULTS)/runner.xml $(PYTEST_ARGS) tests/runner

integration: tree other-tree
	@cd $(TREE) && $(SIMULATED) --integration-config tests/integration/integration_config.yml --direct $(DIRECT) $(SANDBOX) $(IN_HALVES) --color -v -- $(TARGETS)

modules: DIRECT := false
modules: TARGETS := $(or $(TARGETS),$(MODULES_TARGETS))
modules: integration

sanity: tree
	@cd $(TREE) && $(SANDBOX) ansible-test sanity --color $(SANITY_ARGS)

lint: lint-python lint-words lint-ansible lint-docs lint-changelog

lint-ansible: tree
	@cd $(TREE) && $(SANDBOX) env ANSIBLE_COLLECTIONS_PATH=$(BUILD) ansible-lint --offline --strict

lint-docs: tree
	@cd $(TREE) && $(SANDBOX) antsibull-docs lint-collection-docs --plugin-docs .

lint-changelog: tree
	@cd $(TREE) && $(SANDBOX) antsibull-changelog lint

docs: tree
	@rm -rf $(DOCS) && mkdir -p $(DOCS) && cp -R $(TREE)/docs/site $(DOCS)/rst && mkdir -m 700 $(DOCS)/rst/cloud
	@cd $(TREE) && $(SANDBOX) env ANSIBLE_COLLECTIONS_PATH=$(BUILD) antsibull-docs --config-file docs/site/antsibull-docs.cfg collection --use-current --fail-on-error --squash-hierarchy --dest-dir $(DOCS)/rst/cloud gpufleet.cloud
	@cp -R $(TREE)/docs/docsite/rst/images $(DOCS)/rst/cloud/docsite/images
	@$(BIN)/python tests/tools/arrange_site.py $(TREE) $(DOCS)/rst
	@cd $(TREE) && $(SANDBOX) sphinx-build --quiet --fail-on-warning --keep-going --fresh-env --conf-dir docs/site $(DOCS)/rst $(DOCS)/html
	@$(BIN)/python tests/tools/check_site.py $(DOCS)/html
	@echo "The site is in $(DOCS)/html/index.html"

$(BROWSER_STAMP): tests/tools/screens-requirements.txt $(STAMP)
	@$(BIN)/python -m venv --clear $(BROWSER)
	@echo "Installing tests/tools/screens-requirements.txt into .build/browser."
	@$(BROWSER)/bin/python -m pip install --quiet --quiet --disable-pip-version-check -r $<
	@touch $@

screens: $(if $(CHROMIUM),docs $(BROWSER_STAMP))
	@$(if $(CHROMIUM),$(SANDBOX) --venv $(BROWSER) python tests/tools/screens.py "$(CHROMIUM)" $(DOCS)/html $(SCREENS),echo "Left out: Chromium is not installed; set its path with CHROMIUM=/path/to/chromium")

generated: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python tests/tools/effects.py $(CURDIR)/docs/docsite/rst/effects.rst
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) ANSIBLE_COLLECTIONS_PATH=$(BUILD) python $(CURDIR)/tests/tools/document_fleet.py
	@cd $(TREE) && $(SANDBOX) python tests/tools/document_playbooks.py $(CURDIR)/docs/docsite/rst/playbooks.rst
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) ANSIBLE_COLLECTIONS_PATH=$(BUILD) python tests/tools/fleet_schema.py $(CURDIR)/docs/fleet.schema.json
	@$(BIN)/python tests/tools/messages.py tests/messages.txt
	@$(BIN)/python tests/tools/figures.py $(FIGURES)

up-to-date: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) ANSIBLE_COLLECTIONS_PATH=$(BUILD) \
		sh -c 'failed=0; python tests/tools/effects.py --check docs/docsite/rst/effects.rst || failed=1; \
		python tests/tools/document_playbooks.py --check docs/docsite/rst/playbooks.rst || failed=1; \
		python tests/tools/document_fleet.py --check || failed=1; \
		python tests/tools/fleet_schema.py --check docs/fleet.schema.json || failed=1; exit $$failed'
	@$(BIN)/python tests/tools/messages.py --check tests/messages.txt
	@$(BIN)/python tests/tools/figures.py --check $(FIGURES)

guides: tree $(VENDORS_STAMP)
	@cd $(TREE) && $(SIMULATED) $(SANDBOX) env PYTHONPATH=$(BUILD) ANSIBLE_COLLECTIONS_PATH=$(BUILD) VENDORS_BIN=$(VENDORS)/bin $(QUIET) python -m pytest -n 2 --junitxml=$(RESULTS)/guides.xml $(PYTEST_ARGS) tests/guides

repository: $(STAMP)
	@$(BIN)/reuse lint --lines
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	@$(BIN)/zizmor --offline --quiet --strict-collection .github
	@$(BIN)/python tests/tools/check_links.py

build: tree
	@mkdir -p dist
	@$(SANDBOX) python tests/tools/build_artifact.py $(TREE) dist
	@$(SANDBOX) python tests/tools/check_artifact.py $(TREE) dist/gpufleet-cloud-$(VERSION).tar.gz

changelog: $(STAMP)
	@$(SANDBOX) antsibull-changelog release

# The workflow "Release" shows these on GitHub. TAG is the tag that was pushed.
release-notes: tree
	@test "$(TAG)" = "$(VERSION)" || { echo "The tag is '$(TAG)', but galaxy.yml has version $(VERSION)."; exit 1; }
	@grep --quiet '^  $(VERSION):$$' changelogs/changelog.yaml || { echo "The changelog has no version $(VERSION): run make changelog."; exit 1; }
	@grep --quiet '^  write_changelog: true$$' docs/docsite/config.yml || { echo "docs/docsite/config.yml must set write_changelog to true."; exit 1; }
	@! grep --line-number --extended-regexp '(released|on Galaxy|published) yet' README.md SECURITY.md CHANGELOG.rst docs/docsite/rst/*.rst docs/site/*.rst || { echo "These lines say that nothing is released."; exit 1; }
	@mkdir -p dist
	@cd $(TREE) && $(SANDBOX) antsibull-changelog generate --only-latest --output-format md --output $(CURDIR)/dist/release-notes.md $(VERSION)

# Most tests of the proof wait for a slow provider, so there are more processes than cores. prove-fast is a selection.
proof: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) PROVE_PROFILE=random python -m pytest -n 4 --dist worksteal --junitxml=$(RESULTS)/proof.xml --figures=$(RESULTS)/proof.json -k "not test_some" $(PYTEST_ARGS) $(PROOF)

prove-fast: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) PROVE_PROFILE=fixed python -m pytest -n 2 --junitxml=$(RESULTS)/prove-fast.xml -m fast $(PYTEST_ARGS) tests/prove

matrix: build
	@$(BIN)/python tests/tools/matrix.py --releases "$(MATRIX)" --steps "$(MATRIX_STEPS)" --targets "$(MATRIX_TARGETS)" --modules-targets "$(MODULES_TARGETS)" $(BUILD) dist/gpufleet-cloud-$(VERSION).tar.gz

coverage: $(STAMP)
	@$(BIN)/python tests/tools/measure_coverage.py --steps "$(COVERAGE_STEPS)" --targets "$(TARGETS)" $(BUILD) tests/prove/uncovered.yml $(RESULTS)/coverage.json

$(MUTATIONS_STAMP): tests/prove/mutants-requirements.txt $(STAMP)
	@$(BIN)/python -m venv --clear $(MUTATIONS)
	@echo "Installing tests/prove/mutants-requirements.txt into .build/mutants."
	@$(MUTATIONS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check -r $<
	@touch $@

mutants: tree $(MUTATIONS_STAMP)
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python tests/tools/mutants.py --sample $(MUTANTS) --modules "$(MUTANT_MODULES)" tests/prove/mutants.yml $(MUTATIONS)/bin/python $(RESULTS)/mutants.json

soak: tree
	@cd $(TREE) && $(SANDBOX) env PYTHONPATH=$(BUILD) python -m ansible_collections.gpufleet.cloud.tests.soak --seconds $(SOAK_SECONDS) --resources $(SOAK_RESOURCES) $(if $(SOAK_SEED),--seed $(SOAK_SEED)) --results $(RESULTS)/soak.json

prove: $(STAMP)
	@$(BIN)/python tests/tools/figures.py --parts "$(PARTS)" $(MAKE) $(RESULTS) $(FIGURES)

bench: tree $(VENDORS_STAMP)
	@cd $(TREE) && $(SIMULATED) $(SANDBOX) env PYTHONPATH=$(BUILD) ANSIBLE_COLLECTIONS_PATH=$(BUILD) VENDORS_BIN=$(VENDORS)/bin $(QUIET) python -m ansible_collections.gpufleet.cloud.tests.bench --results $(RESULTS)/bench.json $(BENCH_ARGS)

bench-page: $(STAMP)
	@$(BIN)/python tests/tools/bench_page.py $(RESULTS)/bench.json docs/docsite/rst/performance.rst

simulator: $(STAMP)
	@$(BIN)/python -m tests.simulator --port $(PORT)

# A shell evaluates what this prints, so it must not install anything.
simulator-env:
	@$(PYTHON) tests/simulator/environment.py --port $(PORT)

demo: tree
	@$(SIMULATED) $(SANDBOX) env ANSIBLE_COLLECTIONS_PATH=$(BUILD) $(QUIET) ansible-playbook -i $(TREE)/playbooks/inventory/novita.yml gpufleet.cloud.quickstart

test: $(STAMP)
	@$(BIN)/python tests/tools/run_tests.py $(MAKE) test

test-rest: $(STAMP)
	@$(BIN)/python tests/tools/run_tests.py $(MAKE) test-rest

clean:
	@rm -rf .build .venv dist
