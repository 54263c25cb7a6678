#!/bin/bash
# Measures this checkout beside wireguard-go and nebula in one interleaved run, in both wire modes,
# and writes a table with the machine, kernel, JDK and commit it is true of.
#   compare.sh HARNESS [OUT.md]     HARNESS: the folder with matrix.sh, lib.sh and summary.sh
#   REPS=5  SECS=8  WIRES="fast wire"  PEERS="wireguard-go nebula"
#   METRICS="tcp1 tcp4 exit exitr udp1200 udp64 rtt rttload rss"
# As root, on a machine that does nothing else: 5 repetitions take 50 minutes.
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
[ $# -ge 1 ] && [ -x "$1/matrix.sh" ] || { sed -n '2,8p' "$0"; exit 2; }
harness=$(cd "$1" && pwd)
out=${2:-$top/benchmarks/results/netns.md}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BENCH_NICE=${BENCH_NICE:--15} BENCH_SECS=${SECS:-8}
metrics=${METRICS:-tcp1 tcp4 exit exitr udp1200 udp64 rtt rttload rss}
java=$(sed -n 's/^IMPLEMENTOR_VERSION="\(.*\)"/\1/p' /usr/lib/jvm/*25*/release | head -1)
{
  echo "# p2pvpn beside its peers"
  echo
  echo "- machine: $(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo)"
  echo "- kernel: $(uname -r)"
  echo "- JDK: ${java:-unknown}"
  echo "- commit: $(git -C "$top" rev-parse --short HEAD)$(git -C "$top" diff --quiet HEAD || echo ' and uncommitted changes')"
  echo "- date: $(date -u +%F); ${REPS:-5} interleaved repetitions of ${BENCH_SECS} s; median [min..max]"
  echo "- peers: $(dpkg-query -W -f '${Package} ${Version}  ' wireguard-go nebula 2>/dev/null)"
} >"$work/table.md"
for wire in ${WIRES:-fast wire}; do
  BENCH_WIRE=$wire BENCH_WORK=$work/$wire "$harness/matrix.sh" -r "${REPS:-5}" -m "$metrics" \
    -o "$work/$wire.jsonl" "$here/p2pvpn.sh" ${PEERS:-wireguard-go nebula} 2>"$work/errors" ||
    { cat "$work/errors" >&2; exit 1; }
  {
    echo
    echo "## \`$wire\` wire"
    echo
    echo '```'
    "$harness/summary.sh" "$work/$wire.jsonl" 2>&1 | sed 's/ *$//'
    echo '```'
  } >>"$work/table.md"
done
mkdir -p "$(dirname "$out")"
mv "$work/table.md" "$out"
echo "wrote $out"
