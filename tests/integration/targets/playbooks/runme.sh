#!/usr/bin/env bash
# Run the playbooks converge, drift and teardown by their names.
set -eux

setting() { sed -n "s/^$1: *//p" ../../integration_config.yml; }

SIMULATOR_URL="$(setting simulator_url)"
NOVITA_API_URL="$(setting novita_api_url)"
PPIO_API_URL="$(setting ppio_api_url)"
VAST_API_URL="$(setting vast_api_url)"
VAST_AUTOSCALER_URL="$(setting vast_autoscaler_url)"
GPUFLEET_DIRECT="$(setting gpufleet_direct)"
export SIMULATOR_URL NOVITA_API_URL PPIO_API_URL VAST_API_URL VAST_AUTOSCALER_URL GPUFLEET_DIRECT

python playbooks.py "${OUTPUT_DIR}"
