#!/usr/bin/env bash
# penstock ladder against ffmpeg programs of the same natives: 1080p to 1080, 720, 480 and 360 lines with x264, the same
# quality, maximum rates and key frames; against one command with split and scale, and against four commands. Runs are
# interleaved. Prints a Markdown table.
#
#   bench/ladder.sh [FILE]           FILE: 1080p with sound; default: 60 s of 1080p30 made here
#   BENCH_RUNS=3 BENCH_PRESET=p4 bench/ladder.sh
set -euo pipefail
. "$(dirname "$0")/common.sh"

preset=${BENCH_PRESET:-p4}
case $preset in
  p1) x264=ultrafast ;; p2) x264=superfast ;; p3) x264=veryfast ;; p4) x264=fast ;;
  p5) x264=medium ;; p6) x264=slow ;; p7) x264=veryslow ;; *) fail "BENCH_PRESET=$preset" ;;
esac

make_input() {
  "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=1920x1080:rate=30" \
    -f lavfi -i "sine=frequency=330:beep_factor=4:sample_rate=48000" \
    -t 60 -c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p -c:a aac -b:a 128k "$1"
}

input=${1:-$work/input-1080p-60s.mp4}
[ -e "$input" ] || make_input "$input"
out=$work/ladder
mkdir -p "$out"

# rung LINES WIDTH MAXRATE: the encoder's options
rung() {
  echo "-c:v libx264 -preset $x264 -crf 21 -maxrate $1 -bufsize $(($1 * 2)) -force_key_frames expr:gte(t,n_forced*2)" \
    "-g 100000 -sc_threshold 0 -c:a aac -b:a 128k"
}

graph="[0:v]split=4[v0][s1][s2][s3];[s1]scale=1280:720:flags=bicubic[v1];[s2]scale=854:480:flags=bicubic[v2]"
graph="$graph;[s3]scale=640:360:flags=bicubic[v3]"
lines=(1080 720 480 360)
widths=(1920 1280 854 640)
rates=(5000000 2800000 1400000 800000)

one() {
  local args=(-nostdin -v error -y -i "$input" -filter_complex "$graph")
  for i in 0 1 2 3; do
    # shellcheck disable=SC2046
    args+=(-map "[v$i]" -map 0:a $(rung "${rates[i]}") "$out/one-${lines[i]}.mp4")
  done
  "$oracle/ffmpeg" "${args[@]}"
}

four() {
  for i in 0 1 2 3; do
    # shellcheck disable=SC2046
    "$oracle/ffmpeg" -nostdin -v error -y -i "$input" -vf "scale=${widths[i]}:${lines[i]}:flags=bicubic" \
      $(rung "${rates[i]}") "$out/four-${lines[i]}.mp4"
  done
}
export -f one four rung
export input graph out oracle x264
export lines widths rates

ours=$work/ladder.ours.log one_log=$work/ladder.one.log four_log=$work/ladder.four.log
: >"$ours"
: >"$one_log"
: >"$four_log"
declare -p lines widths rates >"$work/ladder.env"
for ((run = 0; run < runs; run++)); do
  measure "$ours" "$root/penstock" ladder "$input" "$out/ours" --rungs auto --format files --preset "$preset" \
    --audio aac:128k --overwrite --progress none
  measure "$one_log" bash -c ". '$work/ladder.env'; one"
  measure "$four_log" bash -c ". '$work/ladder.env'; four"
done

echo "Input: $(basename "$input"). $(machine)."
echo
echo "| | wall | penstock against it | CPU | penstock against it | peak memory | bytes written |"
echo "|---|---|---|---|---|---|---|"
row() {
  awk -v n="$1" -v w="$(median 1 "$2")" -v rw="$(ratio 1 "$ours" "$2")" -v c="$(median 2 "$2")" \
    -v rc="$(ratio 2 "$ours" "$2")" -v m="$(median 3 "$2")" -v b="$(cat $3 | wc -c)" \
    'BEGIN { printf "| %s | %.1f s | %s | %.1f s | %s | %.0f MB | %.1f MB |\n", n, w, rw, c, rc, m, b / 1e6 }'
}
row "penstock ladder" "$ours" "$out/ours/*.mp4"
row "ffmpeg, one command" "$one_log" "$out/one-*.mp4"
row "ffmpeg, four commands" "$four_log" "$out/four-*.mp4"
