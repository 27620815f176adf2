#!/usr/bin/env bash
# What encoding in segments costs: time, memory, and bits for the same quality. Prints Markdown.
#
#   bench/segments.sh [FILE...]      natural clips of 20 s or more for the quality; default: 40 s of 1080p30 made here
#   BENCH_RUNS=3 BENCH_PARTS="time start memory quality" bench/segments.sh clip.mp4
set -euo pipefail
. "$(dirname "$0")/common.sh"

parts=${BENCH_PARTS:-time start memory quality}
length=${BENCH_SEGMENT:-10s}
clip=$work/input-segments.mp4
[ -e "$clip" ] || "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=1920x1080:rate=30" -t 40 \
  -c:v libx264 -preset veryfast -crf 20 -g 60 -pix_fmt yuv420p "$clip"
[ $# -gt 0 ] || set -- "$clip"

transcode() {
  "$root/penstock" transcode "$@" --overwrite --progress none
}
export -f transcode
export root

wants() {
  case " $parts " in *" $1 "*) return 0 ;; esac
  return 1
}

echo "$(machine)."

if wants time; then
  echo
  echo "| job | wall, segments / in one | throughput of segments against in one | CPU ratio |"
  echo "|---|---|---|---|"
  for job in "--preset p4" "--preset p4 --max-bitrate 5M" "--preset p4 --bitrate 3M"; do
    a=$work/segments.log b=$work/whole.log
    : >"$a"
    : >"$b"
    for ((run = 0; run < runs; run++)); do
      measure "$a" bash -c "transcode '$clip' '$work/cut.mp4' --segments $length $job"
      measure "$b" bash -c "transcode '$clip' '$work/whole.mp4' --segments off $job"
    done
    awk -v j="$job" -v a="$(median 1 "$a")" -v b="$(median 1 "$b")" -v r="$(ratio 1 "$b" "$a")" \
      -v c="$(ratio 2 "$a" "$b")" 'BEGIN { printf "| `%s` | %.1f s / %.1f s | %s | %s |\n", j, a, b, r, c }'
  done
fi

if wants start; then
  tiny=$work/input-tiny.mp4
  [ -e "$tiny" ] || "$oracle/ffmpeg" -v error -y -f lavfi -i "testsrc2=size=64x64:rate=10" -t 400 \
    -c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p "$tiny"
  many=$work/many.log few=$work/few.log
  : >"$many"
  : >"$few"
  for ((run = 0; run < runs; run++)); do
    measure "$many" bash -c "transcode '$tiny' '$work/tiny.mp4' --preset p1 --lanes 1 --segments 1s"
    measure "$few" bash -c "transcode '$tiny' '$work/tiny.mp4' --preset p1 --lanes 1 --segments 20s"
  done
  awk -v m="$(median 1 "$many")" -v f="$(median 1 "$few")" 'BEGIN {
    printf "\nEach segment costs %.1f ms (400 against 20 segments of the same pictures, 64x64: %.2f s and %.2f s).\n",
           (m - f) / 380 * 1000, m, f }'
fi

if wants memory; then
  echo
  echo "| lanes | peak memory, 1080p to x264 p4 |"
  echo "|---|---|"
  for lanes in 0 1 2 4; do
    log=$work/memory.log
    : >"$log"
    how="--segments $length --lanes $lanes"
    [ "$lanes" = 0 ] && how="--segments off"
    measure "$log" bash -c "transcode '$clip' '$work/cut.mp4' --preset p4 $how"
    awk -v l="$lanes" -v m="$(median 3 "$log")" \
      'BEGIN { printf "| %s | %.0f MB |\n", l == 0 ? "not in segments" : l, m }'
  done
fi

# quality_of FILE: bytes of its pictures, XPSNR and SSIM as decibels
quality_of() {
  local bytes
  bytes=$("$oracle/ffprobe" -v error -select_streams v:0 -show_entries packet=size -of csv=p=0 "$2" |
    awk '{ s += $1 } END { print s }')
  "$root/penstock" compare "$1" "$2" --json |
    awk -v b="$bytes" '
      /"metric" *: *"xpsnr"/ { m = "x" } /"metric" *: *"ssim"/ { m = "s" } /"metric" *: *"psnr"/ { m = "p" }
      /"mean"/ && !(m in seen) { seen[m] = 1; gsub(/[^0-9.]/, "", $0); v[m] = $0 }
      END { printf "%d %.4f %.4f\n", b, v["x"], -10 * log(1 - v["s"]) / log(10) }'
}

# bd COLUMN FILE_A FILE_B: how much more bits A takes for the same quality, percent: the area between the curves of
# log(bits) over quality, straight between the points.
bd() {
  awk -v c="$1" '
    function at(n, q, l, x,   i) {
      for (i = 1; i < n; i++) if (x <= q[i + 1] || i == n - 1)
        return l[i] + (l[i + 1] - l[i]) * (x - q[i]) / (q[i + 1] - q[i])
    }
    FNR == NR { na++; qa[na] = $c; la[na] = log($1); next }
    { nb++; qb[nb] = $c; lb[nb] = log($1) }
    END {
      low = qa[1] > qb[1] ? qa[1] : qb[1]
      high = qa[na] < qb[nb] ? qa[na] : qb[nb]
      for (i = 0; i < 1000; i++) {
        x = low + (high - low) * (i + 0.5) / 1000
        sum += at(na, qa, la, x) - at(nb, qb, lb, x)
      }
      printf "%.2f", (exp(sum / 1000) - 1) * 100
    }' "$2" "$3"
}

if wants quality; then
  echo
  echo "| clip | more bits for the same XPSNR | for the same SSIM |"
  echo "|---|---|---|"
  for file in "$@"; do
    cut=$work/cut.points whole=$work/whole.points
    : >"$cut"
    : >"$whole"
    for crf in 34 29 24 19; do
      transcode "$file" "$work/cut.mp4" --preset p4 --quality $crf --segments "$length" >"$work/stdout"
      grep -q . "$work/stdout"
      transcode "$file" "$work/whole.mp4" --preset p4 --quality $crf --segments off >/dev/null
      quality_of "$file" "$work/cut.mp4" >>"$cut"
      quality_of "$file" "$work/whole.mp4" >>"$whole"
    done
    echo "| $(basename "$file") | $(bd 2 "$cut" "$whole") % | $(bd 3 "$cut" "$whole") % |"
  done
fi
