#!/usr/bin/env bash
# penstock against the ffmpeg program of the same natives: the same job with the same options (those that
# `penstock plan --ffmpeg` prints), runs interleaved. Prints a Markdown table.
#
#   bench/transcode.sh [FILE]        FILE: what to transcode; default: 30 s of 1080p30 made here
#   BENCH_RUNS=3 BENCH_PRESETS="p2" bench/transcode.sh
set -euo pipefail
. "$(dirname "$0")/common.sh"

presets=${BENCH_PRESETS:-p2 p4 p6}

# Made in a moment, and quick to encode, so that what is not the encoder shows.
make_input() {
  "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=1920x1080:rate=30" \
    -f lavfi -i "sine=frequency=330:beep_factor=4:sample_rate=48000" \
    -t 30 -c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p -c:a aac -b:a 128k "$1"
}

packets() {
  "$oracle/ffmpeg" -v error -i "$1" -map 0:v -c copy -f streamhash -hash md5 - | cut -d= -f2
}

input=${1:-$work/input-1080p.mp4}
[ -e "$input" ] || make_input "$input"

echo "Input: $(basename "$input"). $(machine)."
echo
echo "| preset | wall, penstock / ffmpeg | ratio | CPU, penstock / ffmpeg | ratio | peak memory, penstock / ffmpeg | more by | video packets |"
echo "|---|---|---|---|---|---|---|---|"
for preset in $presets; do
  job=("$input" "$work/ours.mp4" --codec h264 --preset "$preset" --audio aac:128k)
  read -r _ theirs <<<"$("$root/penstock" plan "${job[@]}" --ffmpeg)"
  theirs=${theirs//ours.mp4/theirs.mp4}
  a=$work/ours.$preset.log b=$work/theirs.$preset.log
  : >"$a"
  : >"$b"
  for ((i = 0; i < runs; i++)); do
    measure "$a" "$root/penstock" transcode "${job[@]}" --overwrite --progress none
    measure "$b" bash -c "exec '$oracle/ffmpeg' -nostdin -v error -y $theirs"
  done
  same=differ
  [ "$(packets "$work/ours.mp4")" = "$(packets "$work/theirs.mp4")" ] && same=identical
  awk -v p="$preset" -v aw="$(median 1 "$a")" -v bw="$(median 1 "$b")" -v rw="$(ratio 1 "$a" "$b")" \
    -v ac="$(median 2 "$a")" -v bc="$(median 2 "$b")" -v rc="$(ratio 2 "$a" "$b")" \
    -v am="$(median 3 "$a")" -v bm="$(median 3 "$b")" -v same="$same" \
    'BEGIN { printf "| %s | %.1f s / %.1f s | %s | %.1f s / %.1f s | %s | %.0f MB / %.0f MB | %.0f MB | %s |\n",
             p, aw, bw, rw, ac, bc, rc, am, bm, am - bm, same }'
done
