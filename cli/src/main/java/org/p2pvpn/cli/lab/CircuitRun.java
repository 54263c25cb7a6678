package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Circuits in the lab: a path, what its hops know, the death of one, and the next path. */
final class CircuitRun {
  private static final int LOOK_MILLIS = 50;
  private static final int SHOW_MILLIS = 250;

  /** Ours: with three hops the relays first have to hear of each other, and refuse until then. */
  private static final int PATHS_MILLIS_MAX = 60_000;

  /** So much traffic before the death and after it. */
  private static final int QUIET_MILLIS = 1500;

  /** What the project promises of a relay's death, at the 99th percentile, is less than half. */
  private static final double SILENCE_MILLIS_MAX = 1000;

  /** Ours: with loss a detection takes that many round trips at most. */
  private static final int ROUND_TRIPS = 6;

  private final CircuitStage lab;
  private final CircuitCast cast;
  private final Topology.Member site;
  private final Topology.Member exit;
  private final Topology.Member alice;
  private final HopTimes times = new HopTimes();
  private final LabOutput output;
  private final List<Check> checks = new ArrayList<>();
  private @Nullable CircuitFacts facts;
  private String killed = "";

  CircuitRun(CircuitStage lab, LabOutput output) {
    this.lab = lab;
    this.cast = lab.circuits();
    this.site = lab.site();
    this.exit = lab.exit();
    this.alice = lab.alice();
    this.output = output;
  }

  @Nullable CircuitFacts facts() {
    return facts;
  }

  List<HopTimes.Shown> times() {
    return times.shown();
  }

  /** From two open paths to the new one; throws nothing for what a check can say. */
  List<Check> run() throws IOException, InterruptedException {
    lab.startCircuits();
    if (!awaitPaths()) {
      report("circuit", false, "no two open paths: " + circuits().path("circuits"));
      return checks;
    }
    askWho();
    List<CircuitFacts.Hop> path = activePath();
    lab.observations().expect(site.ipv4(), way(path));
    lab.asker().stream(site.ipv4(), "p");
    lab.asker().tick(site.ipv4());
    show(QUIET_MILLIS);
    path = activePath();
    report("circuit", isMeasured(path), described(path));
    for (CircuitFacts.Hop hop : path) {
      tellOf(hop);
    }
    kill(path);
    return checks;
  }

  /** Goes on with what there is, for one who looks. */
  void watch(BooleanSupplier over) throws InterruptedException {
    while (!over.getAsBoolean() && cast.alice().isAlive()) {
      show(SHOW_MILLIS);
    }
  }

  private void askWho() throws InterruptedException {
    for (String address : List.of(site.ipv4(), site.ipv6())) {
      String expected = address.equals(site.ipv4()) ? exit.ipv4() : exit.ipv6();
      @Nullable String seen = lab.askWho(address);
      report(
          address.equals(site.ipv4()) ? "circuit, IPv4" : "circuit, IPv6",
          expected.equals(seen),
          seen == null
              ? "did not answer: " + lab.observations().failures()
              : "the site saw " + seen);
    }
  }

  /**
   * From the hop's own process, and from the capture of every device it has. The exit's capture is
   * the proof that the mark is found where it can be read. A relay in the middle may know alice as
   * a peer of its own, since she calls all whose invites she has; the exit must not.
   */
  private void tellOf(CircuitFacts.Hop hop) {
    String tells = cast.host(hop.name()).tells();
    HopView.Seen seen = cast.seenAt(hop.name());
    boolean knowsAlice = tells(tells, alice) || seen.saw(alice);
    boolean knowsSite = tells(tells, site) || seen.saw(site);
    boolean isGuard = hop.role().equals("guard");
    boolean isExit = hop.role().equals("exit");
    boolean right =
        (isGuard ? knowsAlice : !isExit || !knowsAlice)
            && knowsSite == isExit
            && (seen.marked() > 0) == isExit
            && seen.packets() > 0;
    String whence = hop.role().equals("relay") ? "knew, as her peer," : "knew";
    report(
        hop.role() + " " + hop.name(),
        right,
        "%s alice's address, %s the site's; payload readable in %d of %d packets captured there"
            .formatted(
                knowsAlice ? whence : "never saw",
                knowsSite ? "knew" : "never saw",
                seen.marked(),
                seen.packets()));
  }

  private static boolean tells(String text, Topology.Member member) {
    return text.contains(member.ipv4()) || text.contains(member.ipv6());
  }

  private void kill(List<CircuitFacts.Hop> path) throws InterruptedException {
    killed = path.getFirst().name();
    Flow.Shown before = flow();
    lab.asker().gap(site.ipv4(), "begin");
    cast.host(killed).kill();
    output.note("killed " + killed + " (-9), the guard in use");
    show(QUIET_MILLIS + ROUND_TRIPS * lab.roundTripMillisMax());
    lab.asker().gap(site.ipv4(), "end");
    @Nullable String gap = lab.observations().awaitAnswer("gap", PATHS_MILLIS_MAX);
    JsonNode circuits = circuits();
    JsonNode move = circuits.path("switches").path(0);
    List<CircuitFacts.Hop> next = pathOf(circuits);
    Flow.Shown after = flow();
    String[] words =
        gap == null ? new String[] {"", "", "-1000000", "-1", "-1"} : gap.split(" ", -1);
    CircuitFacts now =
        new CircuitFacts(
            path,
            killed,
            Long.parseLong(words[2]) / 1e6,
            Long.parseLong(words[3]),
            Long.parseLong(words[4]),
            move.path("silentMillis").asLong(-1),
            next,
            before.bytes(),
            after.bytes());
    facts = now;
    boolean isShort =
        now.silenceMillis() >= 0
            && now.silenceMillis() < SILENCE_MILLIS_MAX + ROUND_TRIPS * lab.roundTripMillisMax();
    report(
        "gap",
        isShort && now.daemonMillis() >= 0,
        "%.0f ms without an answer, %d of %d packets lost; alice moved after %d ms of silence"
            .formatted(
                now.silenceMillis(), now.packetsLost(), now.packetsSent(), now.daemonMillis()));
    report(
        "connection",
        after.port() == before.port()
            && after.bytes() > before.bytes()
            && lab.observations().failures().isEmpty(),
        "the site's TCP connection from port %d went on: %.1f MB before, %.1f MB after"
            .formatted(after.port(), before.bytes() / 1e6, after.bytes() / 1e6));
    boolean moved = next.stream().noneMatch(hop -> hop.name().equals(killed)) && !next.isEmpty();
    lab.observations().rename(site.ipv4(), way(next));
    report("new path", moved, described(next));
  }

  private Flow.Shown flow() {
    return lab.observations().flows().getFirst();
  }

  private boolean awaitPaths() throws InterruptedException {
    for (int i = 0; i < PATHS_MILLIS_MAX / LOOK_MILLIS; i++) {
      int open = 0;
      for (JsonNode circuit : circuits().path("circuits")) {
        open += circuit.path("state").stringValue("").equals("open") ? 1 : 0;
      }
      if (open >= 2) {
        return true;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return false;
  }

  private void show(int millis) throws InterruptedException {
    for (int shown = 0; shown < millis; shown += SHOW_MILLIS) {
      lab.asker().ping(site.ipv4());
      Thread.sleep(SHOW_MILLIS);
      times.take(activePath());
      output.show(lab.snapshot(checks).with(times.shown()));
    }
  }

  private JsonNode circuits() {
    return DaemonSocket.ask(cast.alice().socket(), "circuits");
  }

  private List<CircuitFacts.Hop> activePath() {
    return pathOf(circuits());
  }

  private static List<CircuitFacts.Hop> pathOf(JsonNode answer) {
    List<CircuitFacts.Hop> hops = new ArrayList<>();
    for (JsonNode circuit : answer.path("circuits")) {
      if (circuit.path("use").stringValue("").equals("active")) {
        for (JsonNode hop : circuit.path("hops")) {
          hops.add(
              new CircuitFacts.Hop(
                  hop.path("name").stringValue(""),
                  hop.path("role").stringValue(""),
                  hop.path("rttMillis").asDouble(-1)));
        }
      }
    }
    return hops;
  }

  private static boolean isMeasured(List<CircuitFacts.Hop> path) {
    return path.stream().allMatch(hop -> hop.rttMillis() >= 0) && !path.isEmpty();
  }

  /** "alice > carol > erin - site", which an output gives arrows. */
  private static String way(List<CircuitFacts.Hop> path) {
    StringBuilder way = new StringBuilder("alice");
    path.forEach(hop -> way.append(" > ").append(hop.name()));
    return way.append(" - site").toString();
  }

  private static String described(List<CircuitFacts.Hop> path) {
    StringBuilder text = new StringBuilder("alice");
    for (CircuitFacts.Hop hop : path) {
      text.append(
          " => %s (%s, %s)"
              .formatted(hop.name(), hop.role(), LabText.millis((long) (hop.rttMillis() * 1e6))));
    }
    return text.append(" -> site").toString();
  }

  private void report(String name, boolean passed, String detail) {
    Check check = new Check(name, passed, detail);
    checks.add(check);
    output.stage(lab.elapsedMillis(), check);
  }
}
