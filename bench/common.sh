# Shared by the benchmarks: where things are, how one command is measured, medians.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
oracle=$root/target/oracle
work=${BENCH_DIR:-$root/target/bench}
runs=${BENCH_RUNS:-5}
mkdir -p "$work"

fail() {
  echo "bench: $*" >&2
  exit 1
}

command -v /usr/bin/time >/dev/null || fail "GNU time is missing; on Debian: apt-get install time"
"$root/penstock" --version >/dev/null || fail "penstock does not start"
"$oracle/ffmpeg" -version >/dev/null 2>&1 ||
  fail "target/oracle/ffmpeg does not start; on Debian: apt-get install libxcb1 libxcb-shm0 libasound2 libpulse0"

# measure FILE COMMAND...: appends "wall cpu rss" (seconds, seconds, MB) to FILE.
measure() {
  local log=$1
  shift
  /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >"$work/stdout" 2>"$work/stderr" </dev/null ||
    { tail -5 "$work/stderr" >&2; fail "failed: $*"; }
  awk '{ printf "%.3f %.3f %.1f\n", $1, $2 + $3, $4 / 1024 }' "$work/time" >>"$log"
}

# median COLUMN FILE
median() {
  awk -v c="$1" '{ print $c }' "$2" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# ratio COLUMN FILE_A FILE_B: median of the ratios of runs made one after the other.
ratio() {
  paste -d' ' <(awk -v c="$1" '{ print $c }' "$2") <(awk -v c="$1" '{ print $c }' "$3") |
    awk '{ printf "%.4f\n", $1 / $2 }' | sort -n |
    awk '{ v[NR] = $1 } END { printf "%.3f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

machine() {
  echo "$(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $runs runs each, interleaved, medians"
}
