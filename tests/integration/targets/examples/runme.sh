#!/usr/bin/env bash
# Run the EXAMPLES of each module of the collection as a play against the simulator. Those of the modules that only read
# also run in check mode; the others contain tasks that need the resources of earlier ones.
set -eux

python make_playbook.py > "${OUTPUT_DIR}/examples.yml"
run() { ansible-playbook -i "${INVENTORY_PATH}" -e @../../integration_config.yml "${OUTPUT_DIR}/examples.yml" "$@"; }

run "$@"
run --check --tags info "$@"
