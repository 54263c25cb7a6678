package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where circuits are shown: the hosts, alice's traffic, and what can be seen of both. */
interface CircuitStage {
  Topology.Member alice();

  /** The exit that never met alice. */
  Topology.Member exit();

  Topology.Member site();

  /** Relays run; alice begins, behind them. Returns when all her traffic leaves by the exit. */
  void startCircuits() throws IOException, InterruptedException;

  CircuitCast circuits();

  Asker asker();

  Observations observations();

  /** How long a whole round trip may take that is not the daemons' fault. */
  int roundTripMillisMax();

  /** Whom the server at this address sees alice as, or null. */
  @Nullable String askWho(String address) throws InterruptedException;

  LabSnapshot snapshot(List<Check> checks);

  long elapsedMillis();
}
