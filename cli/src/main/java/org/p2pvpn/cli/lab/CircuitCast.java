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
  /** Ours: of the others alice hears by their adverts. */
  private static final int INVITES_MAX = 12;

  private final LabPlace place;
  private final int hops;
  private final String exitName;
  private final LabHost alice;
  private final LabHost exit;
  private final Map<String, LabHost> relays = new LinkedHashMap<>();
  private final Map<String, HopView> views = new LinkedHashMap<>();

  CircuitCast(LabPlace place, int hops, String exitName, List<String> relayNames) {
    this.place = place;
    this.hops = hops;
    this.exitName = exitName;
    alice = new LabHost(place, Topology.ALICE, "alice-circuit");
    exit = new LabHost(place, exitName);
    relayNames.forEach(name -> relays.put(name, new LabHost(place, name)));
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
    return name.equals(exitName) ? exit : Objects.requireNonNull(relays.get(name), name);
  }

  /** The relays join by the exit's invite; each comes up on its own. */
  void startExit() throws IOException {
    exit.start("", "serve", "--exit");
  }

  void awaitExit() throws InterruptedException {
    exit.awaitInvite();
  }

  void startRelays(List<String> names) throws IOException {
    String invite = DaemonSocket.reusableInvite(exit.socket());
    for (String name : names) {
      host(name).start(peer(exitName, invite), "up");
    }
  }

  void awaitRelays(List<String> names) throws InterruptedException {
    for (String name : names) {
      host(name).awaitUp();
    }
  }

  List<String> relays() {
    return List.copyOf(relays.keySet());
  }

  /**
   * She has an invite of each of the first relays. Of the exit she has the keys only: it does not
   * know her.
   */
  void startAlice() throws IOException {
    StringBuilder config = new StringBuilder();
    relays.entrySet().stream()
        .limit(INVITES_MAX)
        .forEach(
            relay ->
                config.append(
                    peer(relay.getKey(), DaemonSocket.reusableInvite(relay.getValue().socket()))));
    String exitsLine = DaemonSocket.reusableInvite(exit.socket());
    config.append(peer(exitName, exitsLine.replaceFirst("\\?.*", "")));
    views.put(exitName, new HopView(place, exitName));
    relays.keySet().forEach(name -> views.put(name, new HopView(place, name)));
    alice.start(config.toString(), "up", "--exit", exitName, "--hops", Integer.toString(hops));
  }

  private static String peer(String name, String address) {
    return "[[peer]]\nname = \"%s\"\naddress = \"%s\"\n".formatted(name, address);
  }

  HopView.Seen seenAt(String name) {
    return Objects.requireNonNull(views.get(name), name).seen();
  }
}
