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

# first_packet: seconds from exec to the first encoded packet. The report counts from the engine's start, so what the
# process took beside the engine is added whole, its end included: the true figure is a little lower.
first_packet() {
  local log=$work/first.log
  : >"$log"
  for ((i = 0; i <= runs; i++)); do
    measure "$log" "$root/penstock" transcode "$input" "$work/start.mp4" --codec h264 --preset p4 --overwrite \
      --progress none --report "$work/start.json"
    [ "$i" -gt 0 ] || { : >"$log" && : >"$work/first"; continue; }
    awk -v wall="$(tail -1 "$log" | cut -d' ' -f1)" -v all="$(field elapsed)" -v first="$(field firstPacket)" \
      'BEGIN { printf "%.3f\n", wall - all + first }' >>"$work/first"
  done
  printf '| first encoded packet of `penstock transcode` | %.2f s | %.2f s | |\n' \
    "$(median 1 "$work/first")" "$(sort -n "$work/first" | tail -1)"
}

# field NAME: a number at the top level of the report.
field() {
  sed -n "s/^  \"$1\" : \([0-9.]*\),*$/\1/p" "$work/start.json"
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
first_packet
row "\`ffprobe\`, for comparison" "$oracle/ffprobe" -v error -show_format -show_streams "$input"
