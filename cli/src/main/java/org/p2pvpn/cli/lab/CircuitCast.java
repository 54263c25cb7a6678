package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who is in the circuits: relays, an exit that never met alice, and alice under a state of her own,
 * each with a capture on its devices.
 */
final class CircuitCast {
  private final LabPlace place;
  private final int hops;
  private final LabHost alice;
  private final LabHost exit;
  private final Map<String, LabHost> relays = new LinkedHashMap<>();
  private final Map<String, HopView> views = new LinkedHashMap<>();

  CircuitCast(LabPlace place, int hops) {
    this.place = place;
    this.hops = hops;
    alice = new LabHost(place, Topology.ALICE, "alice-circuit");
    exit = new LabHost(place, Topology.ERIN);
    Topology.relays(hops).forEach(name -> relays.put(name, new LabHost(place, name)));
  }

  /** Alice first. */
  List<LabHost> hosts() {
    List<LabHost> hosts = new ArrayList<>(List.of(alice, exit));
    hosts.addAll(relays.values());
    return hosts;
  }

  boolean hasRelays() {
    return !relays.isEmpty();
  }

  LabHost alice() {
    return alice;
  }

  LabHost host(String name) {
    return name.equals(Topology.ERIN) ? exit : Objects.requireNonNull(relays.get(name), name);
  }

  /** The relays join by the exit's invite; each comes up on its own. */
  void startExit() throws IOException {
    exit.start("", "serve", "--exit");
  }

  void awaitExit() throws InterruptedException {
    exit.awaitInvite();
  }

  void startRelays() throws IOException {
    String invite = DaemonSocket.reusableInvite(exit.socket());
    for (LabHost relay : relays.values()) {
      relay.start(peer(Topology.ERIN, invite), "up");
    }
  }

  void awaitRelays() throws InterruptedException {
    for (LabHost relay : relays.values()) {
      relay.awaitUp();
    }
  }

  /** She has an invite of each relay. Of the exit she has the keys only: it does not know her. */
  void startAlice() throws IOException {
    StringBuilder config = new StringBuilder();
    relays.forEach(
        (name, relay) -> config.append(peer(name, DaemonSocket.reusableInvite(relay.socket()))));
    String exitsLine = DaemonSocket.reusableInvite(exit.socket());
    config.append(peer(Topology.ERIN, exitsLine.replaceFirst("\\?.*", "")));
    views.put(Topology.ERIN, new HopView(place, Topology.ERIN));
    relays.keySet().forEach(name -> views.put(name, new HopView(place, name)));
    alice.start(config.toString(), "up", "--exit", Topology.ERIN, "--hops", Integer.toString(hops));
  }

  private static String peer(String name, String address) {
    return "[[peer]]\nname = \"%s\"\naddress = \"%s\"\n".formatted(name, address);
  }

  HopView.Seen seenAt(String name) {
    return Objects.requireNonNull(views.get(name), name).seen();
  }
}
