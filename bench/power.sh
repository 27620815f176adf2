#!/usr/bin/env bash
# Pulls the power on a daemon with four virtual GPUs: jobs are submitted while the daemon, or one of its workers, is killed
# again and again, and one GPU falls off the bus. In the end every job that was acknowledged has to be done, verified, once,
# with the same bytes as its likes, and nothing else may be left. Prints what happened; exits with 1 if anything is wrong.
#
#   bench/power.sh FILE...                    what the jobs are made of
#   BENCH_JOBS=100 BENCH_KILLS=30 BENCH_SEED=1 BENCH_OPTIONS='"size": "180p", "preset": "p1"' bench/power.sh FILE...
#
# Needs what `penstock lab` needs, and curl.
set -uo pipefail

jobs=${BENCH_JOBS:-100}
kills=${BENCH_KILLS:-30}
options=${BENCH_OPTIONS:-'"size": "180p", "preset": "p1", "audio": "none"'}
port=${BENCH_PORT:-28471}
url=http://127.0.0.1:$port
RANDOM=${BENCH_SEED:-1}

wrong=0
complain() {
  echo "WRONG: $*"
  wrong=1
}

if [ "${1-}" != --inside ]; then
  . "$(dirname "$0")/common.sh"
  place=$work/power
  rm -rf "$place"
  mkdir -p "$place/out"
  {
    cat "$root/lab/scenarios/four-l40s.scenario"
    # After what the trials of a machine's first job encode.
    echo "0 lost frame ${BENCH_LOST:-400} 999 5"
    echo "0 * frame ${BENCH_LOST:-400} !15"
    echo "0 kmsg frame ${BENCH_LOST:-400} NVRM: Xid (PCI:0000:21:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
  } >"$place/scenario"
  files=()
  for file in "$@"; do files+=("$(realpath "$file")"); done
  [ "${#files[@]}" -gt 0 ] || fail "name files to make jobs of"
  export PENSTOCK_BENCH_ROOT=$root PENSTOCK_BENCH_PLACE=$place
  exec "$root/penstock" lab run "$place/scenario" -- bash "$0" --inside "${files[@]}"
fi

shift
root=$PENSTOCK_BENCH_ROOT
place=$PENSTOCK_BENCH_PLACE
files=("$@")

# workers: the processes that tell of crashes in this daemon's folder.
workers() {
  local each pid
  for each in /proc/[0-9]*/environ; do
    grep -qs "$place/node/crashes" "$each" || continue
    pid=${each#/proc/}
    echo "${pid%/environ}"
  done
}

start() {
  "$root/penstock" serve --data "$place/node" --port "$port" >>"$place/daemon.log" 2>&1 &
  daemon=$!
  local i
  for i in $(seq 600); do
    curl -sf -m 5 "$url/readyz" >/dev/null && return
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.1
  done
  tail -5 "$place/daemon.log"
  complain "the daemon does not start"
  exit 1
}

get() {
  curl -sf -m 20 "$url$1"
}

# spec NUMBER
spec() {
  local file=${files[$(($1 % ${#files[@]}))]}
  printf '{"spec": {"transcode": {"input": "%s", "output": "%s", "codec": "h264", "segments": "2s", %s}}, "key": "%s"}' \
    "$file" "$place/out/$1.mp4" "$options" "job-$1"
}

# Until it is acknowledged, whatever happens to the daemon meanwhile.
submit() {
  local i answer
  for ((i = 0; i < jobs; i++)); do
    until answer=$(curl -sf -m 20 -H 'Content-Type: application/json' -d "$(spec "$i")" "$url/v1/jobs"); do sleep 0.3; done
    echo "$i $(sed -n 's/.*"id" *: *"\([0-9A-Z]*\)".*/\1/p' <<<"$answer" | head -1)" >>"$place/acknowledged"
    sleep "${BENCH_PAUSE:-0.5}"
  done
}

open_jobs() {
  local all=0 state page count
  for state in waiting queued running cancelling backoff; do
    page=$(get "/v1/jobs?state=$state&limit=1000") || return 1
    count=$(grep -o '"attempts"' <<<"$page" | wc -l)
    all=$((all + count))
  done
  echo "$all"
}

began=$(date +%s)
: >"$place/acknowledged"
start
submit &
submitting=$!
for ((kill = 1; kill <= kills; kill++)); do
  sleep "$((RANDOM % 4)).$((RANDOM % 10))"
  victim=$daemon who=daemon
  mapfile -t alive < <(workers)
  if ((RANDOM % 3 == 0 && ${#alive[@]} > 0)); then
    victim=${alive[RANDOM % ${#alive[@]}]} who=worker
  fi
  echo "kill $kill at $(($(date +%s) - began)) s: the $who, of ${#alive[@]} workers; $(wc -l <"$place/acknowledged") acknowledged, $(open_jobs || echo '?') open"
  kill -KILL "$victim" 2>/dev/null
  [ "$who" = daemon ] || continue
  wait "$daemon" 2>/dev/null
  for i in $(seq 50); do
    [ -z "$(workers)" ] && break
    sleep 0.1
  done
  [ -z "$(workers)" ] || complain "5 s after the daemon was killed there are workers: $(workers | tr '\n' ' ')"
  start
done
wait "$submitting"
last=-1 same=0
while left=$(open_jobs || echo '?') && [ "$left" != 0 ]; do
  [ "$left" = "$last" ] && same=$((same + 1)) || same=0
  last=$left
  ((same > ${BENCH_PATIENCE:-450})) && { complain "$left jobs do not come to an end"; break; }
  sleep 2
done

declare -A sums
done=0 attempts=0
while read -r number id; do
  job=$(get "/v1/jobs/$id") || { complain "job $number ($id) was acknowledged and is not known"; continue; }
  state=$(sed -n 's/.*"state" *: *"\([a-z]*\)".*/\1/p' <<<"$job" | head -1)
  attempts=$((attempts + $(sed -n 's/.*"attempts" *: *\([0-9]*\).*/\1/p' <<<"$job" | head -1)))
  [ "$state" = done ] || { complain "job $number ($id) is $state: $job"; continue; }
  done=$((done + 1))
  report=$(get "/v1/jobs/$id/report") || complain "job $number ($id) has no report"
  grep -q '"checks"' <<<"$report" || complain "job $number ($id) is not verified"
  times=$(get "/v1/jobs/$id/events?limit=1000" | grep -o '"job\.done"' | wc -l)
  [ "$times" = 1 ] || complain "job $number ($id) was done $times times"
  sum=$(sha256sum <"$place/out/$number.mp4") || complain "the output of job $number is missing"
  kind=$((number % ${#files[@]}))
  [ "${sums[$kind]:-$sum}" = "$sum" ] || complain "job $number ($id) has other bytes than its likes"
  sums[$kind]=$sum
done <"$place/acknowledged"
health=$(get /v1/devices | grep -o '"state" *: *"[a-z]*"' | sort | uniq -c | tr '\n' ' ')
kill -TERM "$daemon"
wait "$daemon" 2>/dev/null
[ -z "$(workers)" ] || complain "workers are left"
[ "$(find "$place/out" -mindepth 1 | wc -l)" = "$jobs" ] || complain "left over: $(find "$place/out" -mindepth 1 ! -name '*.mp4' | head -5 | tr '\n' ' ')"
[ -z "$(find "$place/node/work" -type f 2>/dev/null | head -1)" ] || complain "left over: $(find "$place/node/work" -type f | head -3 | tr '\n' ' ')"
echo "RESULT $done of $jobs jobs done in $(($(date +%s) - began)) s, $attempts attempts, $kills kills; devices: $health"
exit "$wrong"
