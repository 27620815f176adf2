#!/usr/bin/env bash
# How long the user waits before anything happens: whole processes, warm disk, AOT cache in place.
#
#   bench/start.sh [FILE]        FILE: a small clip; default: one made here
set -euo pipefail
. "$(dirname "$0")/common.sh"
runs=${BENCH_RUNS:-15}

input=${1:-$work/small.mp4}
[ -e "$input" ] || "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=1280x720:rate=30" \
  -f lavfi -i "sine=frequency=330" -t 10 -c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac "$input"

# Time from exec to the first encoded packet, which the report gives relative to the engine's start.
first_packet() {
  "$root/penstock" transcode "$input" "$work/start.mp4" --codec h264 --preset p4 --overwrite --progress none \
    --report "$work/start.json" >/dev/null
}

row() {
  local name=$1 log=$work/start.log
  shift
  : >"$log"
  measure "$work/warmup.log" "$@"
  for ((i = 0; i < runs; i++)); do
    measure "$log" "$@"
  done
  printf '| %s | %.2f s | %.2f s | %.0f MB |\n' "$name" "$(median 1 "$log")" "$(awk '{ print $1 }' "$log" | sort -n | tail -1)" "$(median 3 "$log")"
}

echo "Input: $(basename "$input"). $(machine)."
echo
echo "| command | wall, median | slowest | peak memory |"
echo "|---|---|---|---|"
row "\`penstock --version\`" "$root/penstock" --version
row "\`penstock probe\`" "$root/penstock" probe "$input"
row "\`penstock probe --json\`" "$root/penstock" probe --json "$input"
row "\`penstock plan\`" "$root/penstock" plan "$input" "$work/start.mp4" --preset p4
row "\`ffprobe\`, for comparison" "$oracle/ffprobe" -v error -show_format -show_streams "$input"
