package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What happens in a lab that has started, and what must be true of it. */
final class LabRun {
  private static final int TICK_MILLIS = 250;
  private static final int PING_EVERY_TICKS = 4;

  private static final Topology.Member SITE = Topology.member(Topology.SITE);
  private static final Topology.Member EXIT = Topology.member(Topology.EXIT);
  private static final Topology.Member ALICE = Topology.member(Topology.ALICE);

  private final Lab lab;
  private final LabOutput output;
  private final List<Check> answers = new ArrayList<>();
  private String bobsAddress = "";

  LabRun(Lab lab, LabOutput output) {
    this.lab = lab;
    this.output = output;
  }

  /** The first packets: who alice is to others; then two streams. */
  void begin() throws IOException, InterruptedException {
    check("site, IPv4", SITE.ipv4(), List.of(EXIT.ipv4()));
    check("site, IPv6", SITE.ipv6(), List.of(EXIT.ipv6()));
    lab.startBob();
    lab.startRelays();
    String bob = overlayIpv6(lab.bobsHost());
    check("bob", bob, List.of(overlayIpv6(lab.alicesHost())));
    lab.observations().expect(bob, "alice > bob");
    lab.observations().expect(SITE.ipv4(), "alice > exit - site");
    lab.asker().stream(bob, "u");
    lab.asker().stream(SITE.ipv4(), "d");
    bobsAddress = bob;
  }

  /** Shows until {@code over}; returns the checks that hold or do not. */
  List<Check> watch(BooleanSupplier over) throws InterruptedException {
    for (int tick = 0; !over.getAsBoolean() && lab.daemonsAreAlive(); tick++) {
      if (tick % PING_EVERY_TICKS == 0) {
        lab.asker().ping(bobsAddress);
        lab.asker().ping(SITE.ipv4());
      }
      Thread.sleep(TICK_MILLIS);
      UplinkCounter.Count since = lab.uplinkSince();
      output.show(lab.snapshot(since, live(since)));
    }
    UplinkCounter.Count since = lab.uplinkSince();
    List<Check> checks = new ArrayList<>(answers);
    checks.addAll(live(since));
    checks.addAll(traffic());
    return checks;
  }

  /** Asks a server whom it sees; the first one is the lab's first green line. */
  private void check(String name, String address, List<String> expected)
      throws InterruptedException {
    @Nullable String seen = lab.askWho(address);
    String detail =
        seen == null
            ? "did not answer: " + lab.observations().failures()
            : "saw "
                + seen
                + (seen.equals(EXIT.ipv4()) ? ", the exit; alice is " + ALICE.ipv4() : "");
    Check check = new Check(name, seen != null && expected.contains(seen), detail);
    answers.add(check);
    output.stage(lab.elapsedMillis(), check);
  }

  /** What must hold to the end, whatever the way was. */
  List<Check> still() {
    return hidden(lab.uplinkSince());
  }

  /** What can turn wrong at any moment. */
  private List<Check> live(UplinkCounter.Count since) {
    List<Check> checks = new ArrayList<>(hidden(since));
    checks.add(new Check("daemons", lab.daemonsAreAlive(), "alice, bob and exit run"));
    return checks;
  }

  private List<Check> hidden(UplinkCounter.Count since) {
    return hidden(lab.observations().sawAt(Topology.SITE), lab.uplinkBefore(), since, ALICE);
  }

  /** That the site never saw alice, and that nothing left her host beside the tunnel. */
  static List<Check> hidden(
      List<String> seen,
      UplinkCounter.Count before,
      UplinkCounter.Count since,
      Topology.Member alice) {
    boolean hidden = !seen.contains(alice.ipv4()) && !seen.contains(alice.ipv6());
    return List.of(
        new Check(
            "hidden",
            hidden && !seen.isEmpty(),
            "the site saw " + LabText.list(seen) + " (exits); alice is " + alice.ipv4()),
        new Check(
            "in clear",
            since.clear() == 0 && since.tunnel() > 0 && before.clear() > 0,
            "%d of alice's packets on her uplink, %d in the tunnel (before it: %d in clear)"
                .formatted(since.clear(), since.tunnel(), before.clear())));
  }

  private List<Check> traffic() {
    List<Check> checks = new ArrayList<>();
    for (Flow.Shown flow : lab.observations().flows()) {
      checks.add(
          new Check(
              flow.name(),
              flow.bytes() > 0 && flow.rttNanos() >= 0,
              "%s on average, ping %s"
                  .formatted(
                      LabText.rate(flow.meanBitsPerSecond()), LabText.millis(flow.rttNanos()))));
    }
    return checks;
  }

  private static String overlayIpv6(LabHost host) {
    JsonNode addresses = DaemonSocket.status(host.socket()).path("overlayAddresses");
    for (JsonNode address : addresses) {
      if (address.stringValue().contains(":")) {
        return shortened(address.stringValue());
      }
    }
    return Objects.requireNonNull(addresses.toString());
  }

  /** The daemon writes an address as the JDK does. */
  private static String shortened(String literal) {
    try {
      return ShortAddress.of(InetAddress.getByName(literal));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
