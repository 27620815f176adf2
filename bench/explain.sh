#!/usr/bin/env bash
# How long `penstock explain` takes for a long log: FFmpeg's own lines, lines of a syslog and of dmesg, nearly all of them
# innocent, with an error of NVENC and an Xid far inside.
#
#   bench/explain.sh [LINES]       default: 400000, about 50 MB
set -euo pipefail
. "$(dirname "$0")/common.sh"
lines=${1:-400000}
log=$work/explain.log

awk -v lines="$lines" 'BEGIN {
  for (i = 1; i <= lines; i++) {
    s = i % 60; m = int(i / 60) % 60; h = int(i / 3600) % 24
    t = sprintf("%02d:%02d:%02d", h, m, s)
    if (i == int(lines * 0.7)) print "[h264_nvenc @ 0x55d0c8a1] OpenEncodeSessionEx failed: out of memory (10): (no details)"
    else if (i == int(lines * 0.8)) printf "[%12.6f] NVRM: Xid (PCI:0000:01:00): 31, pid=%d, name=ffmpeg, Ch 00000010, intr 00000000\n", i / 7, i
    else if (i % 10 < 3) printf "frame=%6d fps=%3d q=%4.1f size=%8dKiB time=%s.%02d bitrate=%7.1fkbits/s dup=0 drop=%d speed=%4.2fx elapsed=0:%02d:%02d.00\n", i, 20 + i % 90, 20 + i % 13, i * 9, t, i % 100, 900 + i % 4000, i % 7, 1 + i % 5, m, s
    else if (i % 10 < 5) printf "Nov 22 %s transcoder systemd[1]: Started encode-%d.service - transcodes one input of the queue and reports back when it is done.\n", t, i
    else if (i % 10 == 5) printf "2026-11-22T%s.%06d+00:00 transcoder nginx[812]: 10.0.3.%d - - \"PUT /ingest/%08x/segment_%06d.m4s HTTP/1.1\" 201 0 \"-\" \"Lavf/62.3.100\"\n", t, i, i % 250, i * 37, i
    else if (i % 10 == 6) printf "Nov 22 %s transcoder kernel: [%12.6f] IPv6: ADDRCONF(NETDEV_CHANGE): veth%06x: link becomes ready, carrier and queue are up\n", t, i / 7, i
    else if (i % 10 == 7) printf "[mpegts @ 0x55d0c8b%05x] DTS %d < %d out of order, the packet of stream %d is stretched by the muxer to keep the clock going\n", i % 65536, i * 3600, i * 3600 + 1, i % 4
    else if (i % 10 == 8) printf "[%12.6f] docker0: port %d(veth%06x) entered forwarding state after the bridge has learned its address on this link\n", i / 7, i % 30, i
    else printf "[libx264 @ 0x55d0c8c%05x] frame I:%d Avg QP:%5.2f size:%7d P:%d B:%d consecutive B-frames: 8.3%% 21.0%% 40.2%% 30.5%% mb I I16..4: 12.2%%\n", i % 65536, i % 40, 17 + i % 9, 40000 + i % 9999, i % 90, i % 200
  }
}' >"$log"

bytes=$(stat -c %s "$log")
TIMEFORMAT='%R %U %S'
echo "$(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)"
echo "| lines | bytes | wall | CPU |"
echo "|---|---|---|---|"
times=$({ time "$root/penstock" explain --no-checks --file "$log" >"$work/explain.txt"; } 2>&1)
grep -q '^Xid 31' "$work/explain.txt" || fail "the Xid was not found: $(head -1 "$work/explain.txt")"
grep -q 'no more encoder sessions' "$work/explain.txt" || fail "the error of NVENC was not found"
awk -v lines="$lines" -v bytes="$bytes" '{ printf "| %d | %.1f MB | %.1f s | %.1f s |\n", lines, bytes / 1e6, $1, $2 + $3 }' \
  <<<"$times"
