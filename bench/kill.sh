#!/usr/bin/env bash
# Kills a ladder at random moments and runs it again, each time from nothing: the outputs must be those of a run that
# nobody disturbed, and nothing may be left beside them. Prints a Markdown table; exits with 1 if a row is wrong.
#
#   bench/kill.sh [FILE]             FILE: what to make a ladder of; default: 40 s of 640x360 made here
#   BENCH_KILLS=25 BENCH_SEED=1 BENCH_OPTIONS="--rungs 360p:800k,180p:300k --segments 4s" bench/kill.sh
#
# The last fifth of the kills come when outputs are made, those of even number replace an older ladder.
set -euo pipefail
. "$(dirname "$0")/common.sh"

kills=${BENCH_KILLS:-25}
read -r -a options <<<"${BENCH_OPTIONS:---rungs 360p:800k,180p:300k --segments 4s --preset p4 --format both}"
RANDOM=${BENCH_SEED:-1}
place=$work/kill
out=$place/out
spools=$place/.out.penstock

make_input() {
  "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=640x360:rate=25" \
    -f lavfi -i "sine=frequency=330:beep_factor=4:sample_rate=48000" \
    -t 40 -c:v libx264 -preset veryfast -crf 20 -g 50 -pix_fmt yuv420p -c:a aac -b:a 128k "$1"
}

now() {
  date +%s%N
}

# digest FOLDER: of the names and contents of all files in it.
digest() {
  (cd "$1" 2>/dev/null && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

# count PATTERN: pieces in the work folder.
count() {
  { ls "$spools" 2>/dev/null || true; } | grep -Ec "$1" || true
}

number() {
  sed -n "s/.*\"$1\" *: *\([0-9]*\).*/\1/p" "$place/report.json" | head -n 1
}

launch() {
  exec "$root/penstock" ladder "$input" "$out" "${options[@]}" --progress none "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
}

ladder() {
  (launch "$@")
}

# until_making PID: returns when outputs are being made, or the process is gone.
until_making() {
  while kill -0 "$1" 2>/dev/null && ! compgen -G "$place/.out.*.part" >/dev/null; do :; done
}

# until_working PID: returns when the first piece is begun: starting takes longer than it should count.
until_working() {
  while kill -0 "$1" 2>/dev/null && [ ! -e "$spools" ]; do :; done
}

# killed MOMENT_NS ...: runs the ladder and kills it; the launcher turns into the JVM, so the number stays.
killed() {
  local moment=$1
  shift
  launch "$@" &
  local pid=$!
  if [ "$moment" = making ]; then
    until_making "$pid"
    sleep "0.$((RANDOM % 4))"
  else
    until_working "$pid"
    sleep "$(awk -v n="$moment" 'BEGIN { printf "%.3f", n / 1e9 }')"
  fi
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

# judge IS SHOULD_BE GOOD BAD: sets the word for the table.
wrong=0
judge() {
  [ "$1" = "$2" ] && verdict=$3 || { verdict="**$4**"; wrong=1; }
}

input=$(realpath "${1:-$work/input-360p.mp4}")
[ -e "$input" ] || make_input "$input"
rm -rf "$place"
mkdir -p "$place"
launch &
until_working "$!"
began=$(now)
wait "$!" || { cat "$work/stderr" >&2; fail "the undisturbed run failed"; }
length=$(($(now) - began))
wanted=$(digest "$out")
rm -rf "$out"
"$root/penstock" ladder "$input" "$out" --rungs 144p:60k --preset p1 --progress none >/dev/null 2>&1 ||
  fail "the older ladder failed"
older=$(digest "$out")
mv "$out" "$work/kill.older"
trap 'rm -rf "$work/kill.older"' EXIT

echo "Input: $(basename "$input"). $(machine | cut -d, -f1,2). Once it has started, an undisturbed run takes $(awk -v n="$length" 'BEGIN { printf "%.1f", n / 1e9 }') s."
echo
echo "| kill | at | output then | pieces kept | torn | reused by the next run | output | left over |"
echo "|---|---|---|---|---|---|---|---|"
for ((i = 1; i <= kills; i++)); do
  rm -rf "$out" "$place/report.json"
  more=()
  before=none
  if ((i % 2 == 0)); then
    cp -r "$work/kill.older" "$out"
    more=(--overwrite)
    before=$older
  fi
  moment=making
  at="outputs made"
  if ((i <= kills - kills / 5)); then
    moment=$((length * ((i - 1) * 32768 + RANDOM) / (kills - kills / 5) / 32768))
    at=$(awk -v n="$moment" 'BEGIN { printf "%.2f s", n / 1e9 }')
  fi
  killed "$moment" "${more[@]}"
  then=$(digest "$out" || echo none)
  case $then in
    "$wanted") state=complete ;;
    "$before") [ "$before" = none ] && state=none || state="the older" ;;
    *) state="**neither**" wrong=1 ;;
  esac
  kept=$(count '^(segment-[0-9]+|rest)$')
  torn=$(count '^(segment-[0-9]+|rest)\.part$')
  reused=-
  if ladder "${more[@]}" --report "$place/report.json"; then
    reused=$(number reused)
    [ "$reused" = "$kept" ] || { reused="**$reused**"; wrong=1; }
  elif [ "$state" != complete ]; then
    reused="**failed**" wrong=1
  fi
  rm -f "$place/report.json"
  judge "$(digest "$out")" "$wanted" identical different
  same=$verdict
  judge "$(ls -A "$place")" out nothing "$(ls -A "$place" | grep -vx out | tr '\n' ' ' || true)"
  echo "| $i | $at | $state | $kept | $torn | $reused | $same | $verdict |"
done
exit "$wrong"
