#!/usr/bin/env bash
# Decoding and scaling on a GPU, and encoding by the processor, against ffmpeg of the same natives. For machines whose GPU
# decodes; runs are interleaved, medians of BENCH_RUNS (3). Prints what it measures, line by line.
#
#   [BENCH_PARTS="use one long ladder vram x264"] bench/gpu.sh APP FFMPEG MEDIA [CLASSES]
#     APP      an unpacked bundle, with lib/, natives/ and runtime/ (or JAVA_HOME)
#     FFMPEG   the ffmpeg program of the same natives; LD_LIBRARY_PATH must let it start
#     MEDIA    a folder with clips: the first argument of the benchmarks is made of nasa_13013.mp4 or of a test picture
#     CLASSES  bench/gpu/DecodeScale.java compiled; default: compiled here with javac
#
# The clip is 80 s, repeated without coding it again to BENCH_SECONDS (320), and to BENCH_LONG (1600) for segments alone.
set -uo pipefail
app=$1 ffmpeg=$2 media=$3 classes=${4:-}
runs=${BENCH_RUNS:-3}
parts=" ${BENCH_PARTS:-use one long ladder vram x264} "
wants() { case $parts in *" $1 "*) true ;; *) false ;; esac; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
java=$app/runtime/bin/java
[ -x "$java" ] || java=$JAVA_HOME/bin/java
if [ -z "$classes" ]; then
  classes=$work/classes
  "${java%java}javac" -cp "$app/lib/*" -d "$classes" "$here/gpu/DecodeScale.java"
fi
ff() { "$ffmpeg" -nostdin -hide_banner -v error -y "$@"; }
engine() { # INPUT LANES SEGMENT LINES...
  "$java" --enable-native-access=ALL-UNNAMED -Djava.library.path="$app/natives" -Dorg.bytedeco.javacpp.pathsFirst=true \
    "-Dorg.bytedeco.javacpp.platform.preloadpath=$app/natives" -Dorg.bytedeco.javacpp.nopointergc=true \
    -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.sqlite.lib.path="$app/natives" -XX:+UseSerialGC \
    -Dpenstock.natives.fallback="$app/natives-fallback" -cp "$classes:$app/lib/*" DecodeScale "$@" 2>&1 | tail -1
}
seconds_of() { sed 's/.* in \([0-9.]*\) s,.*/\1/'; }
frames_of() { sed 's/.*: \([0-9]*\) frames.*/\1/'; }
now() { date +%s.%N; }
took() { echo "$1 $(now)" | awk '{printf "%.3f\n", $2-$1}'; }
median() { sort -n | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
rate() { awk -v f="$1" -v s="$2" 'BEGIN {printf "%.0f", f/s}'; }
times() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a/b}'; }
used() { nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits | head -1; }
penstock() { PENSTOCK_AOT=off "$app/bin/penstock" "$@"; }

# 1080p at about 6 Mb/s, in H.264 and HEVC: real footage, enlarged and with noise, a key frame every 50 pictures.
source=$media/nasa_13013.mp4
clip() { # CODEC OUT [OPTIONS]
  if [ -e "$source" ]; then
    ff -stream_loop 20 -i "$source" -t 80 -vf scale=1920:1080:flags=bicubic,noise=alls=6:allf=t -an -c:v "$1" \
      -preset veryfast -b:v 6M -maxrate 9M -bufsize 12M -g 50 -pix_fmt yuv420p "${@:3}" "$2"
  else
    ff -f lavfi -i testsrc2=s=1920x1080:r=25 -t 80 -c:v "$1" -preset veryfast -b:v 6M -g 50 -pix_fmt yuv420p "${@:3}" "$2"
  fi
}
repeated() { # IN SECONDS OUT
  ff -stream_loop $(($2 / 80 - 1)) -i "$1" -c copy "$3"
}
clip libx264 "$work/short-h264.mp4"
clip libx265 "$work/short-hevc.mp4" -tag:v hvc1 -x265-params log-level=none
for codec in h264 hevc; do repeated "$work/short-$codec.mp4" "${BENCH_SECONDS:-320}" "$work/$codec.mp4"; done
repeated "$work/short-h264.mp4" "${BENCH_LONG:-1600}" "$work/long.mp4"
ls -l "$work"/*.mp4

tiny="scale_cuda=w=64:h=64:format=nv12,hwdownload,format=nv12"
one="scale_cuda=w=1280:h=720:interp_algo=bicubic,$tiny"
cuda=(-hwaccel cuda -hwaccel_output_format cuda)

if wants use; then
engine "$work/short-h264.mp4" 1 0 720
echo "== first use, without the driver's cache of compiled kernels, and with it"
export CUDA_CACHE_PATH=$work/jit
engine "$work/short-h264.mp4" 1 0 720
engine "$work/short-h264.mp4" 1 0 720
fi

if wants one; then
for codec in h264 hevc; do
  in=$work/$codec.mp4
  echo "== $codec: decode and scale to 720p"
  for _ in $(seq "$runs"); do
    t=$(now); ff "${cuda[@]}" -i "$in" -vf "$one" -an -c:v rawvideo -f null -; took "$t" >> "$work/$codec-f"
    for lane in 1 4 8 14; do
      line=$(engine "$in" "$lane" "$([ "$lane" = 1 ] && echo 0 || echo 5)" 720); echo "$line"
      echo "$line" | seconds_of >> "$work/$codec-p$lane"; frames=$(echo "$line" | frames_of)
    done
  done
  f=$(median < "$work/$codec-f")
  echo "RESULT $codec ffmpeg $f s, $(rate "$frames" "$f") fps, with its start"
  for lane in 1 4 8 14; do
    p=$(median < "$work/$codec-p$lane")
    echo "RESULT $codec penstock $lane lanes $p s, $(rate "$frames" "$p") fps, $(times "$f" "$p") times ffmpeg"
  done
  [ "$codec" = h264 ] && alone=$(rate "$frames" "$f")
  t=$(now); for i in 1 2 3 4 5 6 7 8; do ff "${cuda[@]}" -i "$in" -vf "$one" -an -c:v rawvideo -f null - & done; wait
  echo "RESULT $codec eight ffmpeg side by side: $(rate $((8 * frames)) "$(took "$t")") fps together"
done

fi

if wants long; then
echo "== a long clip in segments"
for lane in 8 14; do
  for _ in $(seq "$runs"); do
    line=$(engine "$work/long.mp4" "$lane" 5 720); echo "$line"
    echo "$line" | seconds_of >> "$work/long-p$lane"; frames=$(echo "$line" | frames_of)
  done
  p=$(median < "$work/long-p$lane")
  echo "RESULT long penstock $lane lanes $p s, $(rate "$frames" "$p") fps, $(times "$(rate "$frames" "$p")" "${alone:-0}") times ffmpeg"
done

fi

if wants ladder; then
echo "== ladder 1080, 720, 480, 360: decode once, scale in VRAM"
in=$work/h264.mp4
graph="[0:v]split=4[a][b][c][d];[a]scale_cuda=w=1920:h=1080:passthrough=0,$tiny[ao]"
graph="$graph;[b]scale_cuda=w=1280:h=720:interp_algo=bicubic,$tiny[bo];[c]scale_cuda=w=854:h=480:interp_algo=bicubic,$tiny[co]"
graph="$graph;[d]scale_cuda=w=640:h=360:interp_algo=bicubic,$tiny[do]"
for _ in $(seq "$runs"); do
  t=$(now)
  ff "${cuda[@]}" -i "$in" -filter_complex "$graph" -map '[ao]' -c:v rawvideo -f null - -map '[bo]' -c:v rawvideo -f null - \
    -map '[co]' -c:v rawvideo -f null - -map '[do]' -c:v rawvideo -f null -
  took "$t" >> "$work/lf"
  for lane in 1 8; do
    line=$(engine "$in" "$lane" "$([ "$lane" = 1 ] && echo 0 || echo 5)" 1080 720 480 360); echo "$line"
    echo "$line" | seconds_of >> "$work/lp$lane"
  done
done
f=$(median < "$work/lf")
for lane in 1 8; do
  p=$(median < "$work/lp$lane")
  echo "RESULT ladder penstock $lane lanes $p s, ffmpeg $f s: $(times "$f" "$p") times ffmpeg"
done

fi

if wants vram; then
echo "== VRAM of sessions"
in=$work/h264.mp4
base=$(used)
for lane in 1 2 4 8; do
  engine "$in" "$lane" 4 720 > /dev/null & pid=$!; most=0
  while kill -0 $pid 2> /dev/null; do u=$(used); [ "$u" -gt "$most" ] && most=$u; sleep 0.1; done
  echo "RESULT vram penstock $lane sessions in one process: $((most - base)) MiB"
done
for n in 1 2 4; do
  pids=(); most=0
  for _ in $(seq "$n"); do ff "${cuda[@]}" -i "$work/short-h264.mp4" -vf "$one" -an -c:v rawvideo -f null - & pids+=($!); done
  while kill -0 "${pids[0]}" 2> /dev/null; do u=$(used); [ "$u" -gt "$most" ] && most=$u; sleep 0.1; done; wait
  echo "RESULT vram ffmpeg $n processes: $((most - base)) MiB"
done

fi

if wants x264; then
echo "== decode and scale on the GPU, x264 on $(nproc) cores, against all on the processor"
in=$work/short-h264.mp4
for preset in ${BENCH_PRESETS:-p2 p4}; do
  x264=$([ "$preset" = p2 ] && echo superfast || echo fast)
  for _ in $(seq "$runs"); do
    t=$(now); penstock transcode "$in" "$work/g.mp4" --overwrite --codec h264 --size 720p --preset "$preset" --hardware prefer > "$work/g.txt" 2>&1; took "$t" >> "$work/$preset-g"
    t=$(now); penstock transcode "$in" "$work/s.mp4" --overwrite --codec h264 --size 720p --preset "$preset" --hardware off > "$work/s.txt" 2>&1; took "$t" >> "$work/$preset-s"
    t=$(now); ff -i "$in" -vf scale=1280:720:flags=bicubic -an -c:v libx264 -preset "$x264" -crf 21 "$work/c.mp4"; took "$t" >> "$work/$preset-c"
  done
  tail -3 "$work/g.txt"
  echo "RESULT x264 $preset: GPU decode + CPU encode $(median < "$work/$preset-g") s, penstock in software $(median < "$work/$preset-s") s, ffmpeg in software $(median < "$work/$preset-c") s"
done
fi
rm -rf "$work"
