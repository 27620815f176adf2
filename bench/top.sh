#!/usr/bin/env bash
# What sampling costs: CPU time of a running `penstock top --json` at 1 Hz, against a library that stands in for
# NVIDIA's and answers at once, so what is measured is Penstock's part.
#
#   bench/top.sh [GPUS...]       default: 1 and 8
set -euo pipefail
. "$(dirname "$0")/common.sh"
seconds=${BENCH_SECONDS:-60}
warm_up=${BENCH_WARM_UP:-20}
lab=$root/lab/src/main/resources/dev/penstock/lab

command -v gcc >/dev/null || fail "gcc is missing; on Debian: apt-get install gcc libc6-dev"

# library GPUS: prints the path of one that has so many.
library() {
  local folder=$work/nvml-$1
  mkdir -p "$folder"
  { cat "$lab/l40s.scenario" && echo "system nvmlDeviceGetCount_v2 $1"; } >"$folder/scenario"
  gcc -O1 -shared -fPIC -o "$folder/libnvidia-ml.so.1" "$lab/nvml.c" -ldl -lpthread
  echo "$folder/libnvidia-ml.so.1"
}

# ticks PID: user and system time of a process, in clock ticks.
ticks() {
  sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

row() {
  local gpus=$1 pid before after
  PENSTOCK_NVML=$(library "$gpus") "$root/penstock" top --json >"$work/top.json" &
  pid=$!
  sleep "$warm_up"
  before=$(ticks "$pid")
  sleep "$seconds"
  after=$(ticks "$pid")
  kill "$pid"
  wait "$pid" 2>/dev/null || true
  awk -v gpus="$gpus" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v s="$seconds" \
    'BEGIN { share = 100 * ticks / hz / s; printf "| %d | %.2f %% | %.2f %% |\n", gpus, share, share / gpus }'
}

echo "$(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $seconds s after $warm_up s"
echo "| GPUs | of a core | of a core for each GPU |"
echo "|---|---|---|"
[ "$#" -gt 0 ] || set -- 1 8
for gpus in "$@"; do
  row "$gpus"
done
