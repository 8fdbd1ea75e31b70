#!/usr/bin/env bash
# The commands of the README, typed at a shell, with key and address from the environment.
set -eux

setting() { sed -n "s/^$1: *//p" ../../integration_config.yml; }

NOVITA_API_URL="$(setting novita_api_url)"
NOVITA_API_KEY="$(setting run_key)-ad-hoc"
export NOVITA_API_URL NOVITA_API_KEY

run() { ansible localhost -c local -e "ansible_python_interpreter=$(command -v python)" -m "gpufleet.cloud.$1" -a "$2"; }

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
