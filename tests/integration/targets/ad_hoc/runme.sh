#!/usr/bin/env bash
# Run ad hoc commands, with the settings from the environment.
set -eux

setting() { sed -n "s/^$1: *//p" ../../integration_config.yml; }

NOVITA_API_URL="$(setting novita_api_url)"
PPIO_API_URL="$(setting ppio_api_url)"
VAST_API_URL="$(setting vast_api_url)"
VAST_AUTOSCALER_URL="$(setting vast_autoscaler_url)"
NOVITA_API_KEY="$(setting run_key)-ad-hoc"
PPIO_API_KEY="${NOVITA_API_KEY}"
VAST_API_KEY="${NOVITA_API_KEY}"
GPUFLEET_DIRECT="$(setting gpufleet_direct)"
export NOVITA_API_URL PPIO_API_URL VAST_API_URL VAST_AUTOSCALER_URL NOVITA_API_KEY PPIO_API_KEY VAST_API_KEY GPUFLEET_DIRECT

run() { ansible localhost -m "gpufleet.cloud.$1" -a "$2"; }

run novita_endpoint_info '' | grep '"endpoints": \[\]'
run novita_endpoint '{"name": "llm-8b", "image": {"image": "docker.io/example/llm:1.4"}, "products": ["7"],
  "worker_config": {"min_num": 0, "max_num": 1, "free_timeout": 300, "max_concurrent": 4, "gpu_num": 1,
  "request_timeout": 600}, "policy": {"type": "queue", "value": 15}, "ports": [8000], "healthy": {"path": "/health"}}' \
    | grep CHANGED
run novita_endpoint '{"name": "llm-8b", "worker_config": {"max_num": 3}}' | grep '"max_num": 3'
run novita_endpoint 'name=llm-8b worker_config="max_num=3" ports=8000 products=7' | grep SUCCESS
run novita_endpoint_info name=llm-8b | grep '"status": "serving"'
run novita_endpoint 'name=llm-8b state=absent' | grep CHANGED
run novita_endpoint 'name=llm-8b state=absent' | grep SUCCESS
if run novita_endpoint 'name=llm-8b' > "${OUTPUT_DIR}/refused.txt"; then exit 1; fi
grep 'does not exist yet' "${OUTPUT_DIR}/refused.txt"

run ppio_endpoint '{"name": "llm-8b", "type": "sync", "product_id": "7", "image": "docker.io/example/llm:1.4",
  "worker_config": {"max_replicas": 1}}' | grep CHANGED
run ppio_endpoint 'name=llm-8b worker_config="max_replicas=3"' | grep '"max_replicas": 3'
run ppio_endpoint_info name=llm-8b | grep '"status": "running"'
run ppio_endpoint 'name=llm-8b state=absent' | grep CHANGED

run vast_endpoint 'name=tts cold_workers=0 max_workers=4' | grep CHANGED
run vast_endpoint 'name=tts max_workers=0' | grep '"max_workers": 0'
run vast_endpoint 'name=tts endpoint_state=stopped' | grep '"status": "stopped"'
run vast_endpoint_info endpoint_name=tts | grep '"status": "stopped"'
run vast_endpoint 'name=tts state=absent' | grep CHANGED
