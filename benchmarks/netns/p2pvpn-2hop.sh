# p2pvpn through a relay, for the harness of shared/bench: A reaches B, an exit, by way of the relay
# C, which runs the same daemon. B opens an address of its own, 10.99.6.3, to its clients, so that both
# ends of a measurement are A and B as for one hop.
#   P2PVPN, P2PVPN_JVM_FLAGS as in p2pvpn.sh
T_NAME=${P2PVPN_NAME:-p2pvpn}-2hop; T_DIR=$WORK/$T_NAME
P2PVPN=${P2PVPN:-$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)/p2pvpn}
T_IP_B=10.99.6.3 T_IP_A=
t_prepare() { local h
  declare -A ip=([a]=10.99.1.2 [b]=10.99.2.2 [c]=10.99.4.2)
  for h in a b c; do
    mkdir -p $T_DIR/$h
    $P2PVPN id --config /dev/null --state $T_DIR/$h --endpoint ${ip[$h]}:28785 --json >$T_DIR/$h.json || return 1
  done
  peer() { printf '[[peer]]\nname = "%s"\naddress = "%s"\n' $1 "$(jq -r .address $T_DIR/$1.json)"; }
  for h in a b c; do
    printf 'name = "%s"\nlisten = 28785\nstate = "%s"\nsocket = "%s"\n' $h $T_DIR/$h $T_DIR/$h/sock >$T_DIR/$h.toml
    [ $h = a ] && printf '[relay]\nenabled = false\n' >>$T_DIR/$h.toml
    printf '[interface]\nname = "p2h%s"\n' $h >>$T_DIR/$h.toml
  done
  { printf '[exit]\nuse = "b"\nhops = 2\nroutes = ["10.99.6.3/32", "10.99.3.0/25"]\n'; peer b; peer c; } >>$T_DIR/a.toml
  { printf '[serve]\nexit = true\nallow = ["10.99.6.3/32", "10.99.3.0/24"]\n'; peer c; } >>$T_DIR/b.toml
  { peer a; peer b; } >>$T_DIR/c.toml
}
t_start() {
  inns B ip addr replace $T_IP_B/32 dev lo
  spawn C $P2PVPN up --config $T_DIR/c.toml
  spawn B $P2PVPN up --config $T_DIR/b.toml
  spawn A $P2PVPN up --config $T_DIR/a.toml
}
t_exit() {
  inns A ip route replace 10.99.3.2/32 dev p2ha \
    src $(inns A ip -j addr show dev p2ha | jq -r '.[].addr_info[].local | select(startswith("248."))')
}
