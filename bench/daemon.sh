#!/usr/bin/env bash
# What the daemon takes: its start, submissions, a long queue, watchers, the way from a submission to the first picture, and
# its overhead against `penstock transcode`. Prints RESULT lines. For a quiet machine.
#
#   [BENCH_PARTS="ready submit queue watch first overhead"] [BENCH_QUEUE=100000] [BENCH_RUNS=5] bench/daemon.sh
set -uo pipefail
. "$(dirname "$0")/common.sh"
parts=" ${BENCH_PARTS:-ready submit queue watch first overhead} "
port=${BENCH_PORT:-28472}
url=http://127.0.0.1:$port
place=$work/daemon
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
rm -rf "$place"
mkdir -p "$place/classes"
"${java%java}javac" -d "$place/classes" "$root/bench/daemon/Load.java" || fail "JAVA_HOME has to name a JDK 25"

wants() { case $parts in *" $1 "*) true ;; *) false ;; esac; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.3f", b - a }'; }
load() { "$java" -XX:+UseSerialGC -cp "$place/classes" Load "$@"; }
result() { echo "RESULT $*"; }

start() {
  local began
  began=$(now)
  "$root/penstock" serve --data "$place/$1" --port "$port" >>"$place/log" 2>&1 &
  daemon=$!
  until curl -sf -o /dev/null "$url/readyz"; do
    kill -0 "$daemon" 2>/dev/null || { tail -3 "$place/log"; fail "the daemon does not start"; }
    sleep 0.01
  done
  took=$(since "$began")
}
stop() { kill -TERM "$daemon"; wait "$daemon" 2>/dev/null; }
drain() { curl -sf -o /dev/null -X POST -H 'Content-Type: application/json' -d '{}' "$url/v1/drain" || fail "it does not drain"; }
resident() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$daemon/status"; }

machine
start warmup && stop
if wants ready; then
  for _ in $(seq "$runs"); do start empty; echo "$took" >>"$place/ready"; rss=$(resident); stop; done
  result "start until ready: median $(median 1 "$place/ready") s, resident $rss MB"
fi
if wants submit; then
  start submit; drain
  result "submissions at 500 a second for 20 s: $(load submit "$url" 500 20)"
  stop
fi
if wants queue; then
  start queue; drain
  result "${BENCH_QUEUE:-100000} submissions, 32 callers: $(load fill "$url" "${BENCH_QUEUE:-100000}" 32)"
  result "list of 100 with ${BENCH_QUEUE:-100000} queued: $(load list "$url" 200)"
  stop; start queue
  result "start until ready with ${BENCH_QUEUE:-100000} queued: $took s"
  sleep 5
  result "resident after 5 s of failing them: $(resident) MB"
  stop
fi
if wants watch; then
  start watch; drain
  result "$(load watch "$url" 1000)"
  result "resident with 1000 streams: $(resident) MB"
  stop
fi
clip() { "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=1280x720:rate=30" -t "$1" -c:v libx264 -preset veryfast -pix_fmt yuv420p "$2"; }
if wants first; then
  clip 10 "$place/short.mp4"
  for i in $(seq "$runs"); do
    start "first$i"
    load first "$url" "$place/short.mp4" "$place/cold$i.mp4" >>"$place/cold"
    until [ -e "$place/cold$i.mp4" ]; do sleep 0.1; done
    load first "$url" "$place/short.mp4" "$place/warm$i.mp4" >>"$place/warm"
    stop
  done
  result "from the answer to a submission to the first progress of encoding: cold $(median 1 "$place/cold") s, warm $(median 1 "$place/warm") s"
fi
if wants overhead; then
  clip 60 "$place/minute.mp4"
  start overhead
  submit() { "$root/penstock" submit "$place/minute.mp4" "$1" --codec h264 --preset p4 --hardware off --server "$url" --wait >/dev/null 2>&1 || fail "submit"; }
  submit "$place/zero.mp4"
  for i in $(seq "$runs"); do
    t=$(now); submit "$place/d$i.mp4"; since "$t" >>"$place/by-daemon"; echo >>"$place/by-daemon"
    t=$(now); "$root/penstock" transcode "$place/minute.mp4" "$place/t$i.mp4" --codec h264 --preset p4 --hardware off --progress none >/dev/null 2>&1; since "$t" >>"$place/alone"; echo >>"$place/alone"
  done
  cmp "$place/d1.mp4" "$place/t1.mp4" || fail "other bytes"
  result "60 s of 720p: by the daemon $(median 1 "$place/by-daemon") s, alone $(median 1 "$place/alone") s, ratio $(ratio 1 "$place/by-daemon" "$place/alone")"
  stop
fi
rm -rf "$place"
