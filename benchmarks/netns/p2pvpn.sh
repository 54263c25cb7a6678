# p2pvpn, two nodes that know each other by config, for the harness of shared/bench: sourced by its
# matrix.sh. Inner addresses are the overlay IPv4 addresses. For exit mode B serves as an exit and
# A sends the harness's internet, 10.99.3.0/24, by it; the range is private, so B has to allow it.
#   P2PVPN        the launcher (default: the checkout this file is in)
#   P2PVPN_NAME   name of the figures;  P2PVPN_IDX  a second definition needs another number
#   P2PVPN_JVM_FLAGS, P2PVPN_INTERFACE_TRANSPORT, ... go through to the daemons
T_NAME=${P2PVPN_NAME:-p2pvpn}; T_DIR=$WORK/$T_NAME
P2PVPN=${P2PVPN:-$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)/p2pvpn}
I=${P2PVPN_IDX:-1}; D=p2p$I
t_prepare() { local h ip
  for h in a b; do
    [ $h = a ] && ip=10.99.1.2 || ip=10.99.2.2
    mkdir -p $T_DIR/$h
    $P2PVPN id --config /dev/null --state $T_DIR/$h --endpoint $ip:2879$I --json >$T_DIR/$h.json || return 1
  done
  echo "T_IP_A=$(jq -r .ipv4 $T_DIR/a.json) T_IP_B=$(jq -r .ipv4 $T_DIR/b.json)" >$T_DIR/ips
  . $T_DIR/ips
  for h in a b; do
    cat >$T_DIR/$h.toml <<C
name = "$h"
listen = 2879$I
state = "$T_DIR/$h"
socket = "$T_DIR/$h/sock"
[interface]
name = "$D$h"
[[peer]]
name = "$([ $h = a ] && echo b || echo a)"
address = "$(jq -r .address $T_DIR/$([ $h = a ] && echo b || echo a).json)"
$([ $h = a ] && printf '[exit]\nuse = "b"\nroutes = ["10.99.3.0/25"]\n' || printf '[serve]\nexit = true\nallow = ["10.99.3.0/24"]\n')
C
  done
}
[ -f $T_DIR/ips ] && . $T_DIR/ips
t_start() {
  spawn B $P2PVPN up --config $T_DIR/b.toml
  spawn A $P2PVPN up --config $T_DIR/a.toml
}
# The /25 by the exit is there all the time; this makes it win over another tunnel's /32.
t_exit() {
  inns A ip route replace 10.99.3.2/32 dev ${D}a \
    src $(inns A ip -j addr show dev ${D}a | jq -r '.[].addr_info[].local | select(startswith("248."))')
}
