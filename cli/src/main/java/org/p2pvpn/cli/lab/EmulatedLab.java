package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.cli.underlay.AddressPlan;
import org.p2pvpn.cli.underlay.EmulatedInternet;
import org.p2pvpn.cli.underlay.NatKind;
import org.p2pvpn.overlay.host.HostCommands;

/**
 * Many nodes on an emulated internet with delay, loss and the like between any two of them; each in
 * a prefix of its own, so that a path may be made of any. One thread runs it; {@link #close} may
 * come from the JVM's shutdown thread at any moment. When the process is killed the emulation ends
 * with it, and the kernel takes its devices away.
 */
final class EmulatedLab implements CircuitStage, AutoCloseable {
  /** Ours: two cores start this many daemons well within a daemon's patience. */
  private static final int STARTS_AT_ONCE = 4;

  private static final int ALICES_PREFIX = 100;
  private static final int SITES_PREFIX = 200;
  private static final long STOP_MILLIS_MAX = 4000;
  private static final long ANSWER_MILLIS_MAX = 12_000;

  private final HostCommands commands = new HostCommands();
  private final LabPlace place = LabPlace.ofThisProcess();
  private final LabClean clean = new LabClean(commands);
  private final Map<String, Topology.Member> members = new LinkedHashMap<>();
  private final CircuitCast circuits;
  private final EmulatedShape shape;
  private final int hops;
  private final EmulatedUplink uplink = new EmulatedUplink(Topology.ALICE);
  private final Observations observations = new Observations();
  private final Asker asker = new Asker();
  private final LabOutput output;
  private final long startNanos = System.nanoTime();
  private boolean closed;
  private @Nullable EmulatedInternet internet;
  private @Nullable Traffic site;
  private volatile UplinkCounter.Count before = new UplinkCounter.Count(0, 0, 0);

  EmulatedLab(LabOutput output, EmulatedShape shape, int hops) {
    this.output = output;
    this.shape = shape;
    this.hops = hops;
    List<String> relays = new ArrayList<>();
    int count = shape.nodes(hops) - 2;
    for (int number = 1; number <= count; number++) {
      relays.add("relay" + number);
    }
    add(Topology.ALICE, ALICES_PREFIX);
    add(Topology.SITE, SITES_PREFIX);
    add(Topology.ERIN, 0);
    for (int i = 0; i < relays.size(); i++) {
      add(relays.get(i), i + 1);
    }
    circuits = new CircuitCast(place, hops, Topology.ERIN, relays);
  }

  private void add(String name, int prefix) {
    AddressPlan plan = new AddressPlan(prefix, 0);
    members.put(
        name,
        new Topology.Member(
            name, plan.ipv4().replaceFirst("\\.2$", ""), plan.ipv6().replaceFirst("::2$", "")));
  }

  /** Until the exit and all relays are up; alice's traffic before that is in clear. */
  void start() throws IOException, InterruptedException {
    clean
        .removeDead(false)
        .forEach(dead -> output.note("removed what the dead lab " + dead.pid() + " left"));
    unlessClosed(this::makeNetwork);
    stage("network", members.size() + " hosts; " + shape.described());
    unlessClosed(
        () ->
            site =
                new Traffic(
                    place.namespace(Topology.SITE),
                    "serve",
                    line -> observations.fromServer(Topology.SITE, line)));
    unlessClosed(this::askAsAlice);
    observations.awaitSite(ANSWER_MILLIS_MAX);
    @Nullable String seen = askWho(site().ipv4());
    output.stage(
        elapsedMillis(), new Check("without it", seen != null, "the site sees alice as " + seen));
    unlessClosed(circuits::startExit);
    circuits.awaitExit();
    stage("exit", Topology.ERIN + " runs at " + exit().ipv4());
    List<String> relays = circuits.relays();
    for (int i = 0; i < relays.size(); i += STARTS_AT_ONCE) {
      List<String> some = relays.subList(i, Math.min(relays.size(), i + STARTS_AT_ONCE));
      unlessClosed(() -> circuits.startRelays(some));
      circuits.awaitRelays(some);
    }
    stage("relays", relays.size() + " run, each in a network of its own");
  }

  @Override
  public void startCircuits() throws IOException, InterruptedException {
    asker.use(null);
    unlessClosed(circuits::startAlice);
    circuits.alice().awaitKillSwitch();
    before = uplink.readAndReset();
    observations.tunnelIsOn();
    unlessClosed(this::askAsAlice);
    circuits.alice().awaitUp();
    stage("alice", "joined; all her traffic leaves by %d hops".formatted(hops));
  }

  private void askAsAlice() throws IOException {
    asker.use(new Traffic(place.namespace(Topology.ALICE), "ask", observations::fromAlice));
  }

  private void makeNetwork() throws IOException {
    Files.createDirectory(
        place.folder(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    StringBuilder batch = new StringBuilder();
    for (String name : members.keySet()) {
      // `ip netns exec` mounts it: no daemon of the lab sees this machine's own resolv.conf.
      Files.createDirectories(place.resolverFolder(name));
      Files.writeString(
          place.resolverFolder(name).resolve("resolv.conf"), "nameserver " + site().ipv4() + "\n");
      batch.append("netns add ").append(place.namespace(name)).append('\n');
    }
    commands.require(List.of("ip", "-batch", "-"), batch.toString());
    EmulatedInternet made = EmulatedInternet.open(shape.seed());
    internet = made;
    for (Topology.Member member : members.values()) {
      made.host(member.name(), place.namespace(member.name()), member.ipv4(), member.ipv6());
    }
    made.defaultLink(shape.link());
    NatKind nat = shape.nat();
    if (nat != null) {
      made.nat(Topology.ALICE, nat);
    }
    var _ = made.observe(uplink); // until the internet ends
  }

  /** Something to remove later. */
  private interface Step {
    void run() throws IOException;
  }

  private synchronized void unlessClosed(Step step) throws IOException {
    if (closed) {
      throw new IllegalStateException("the lab is over");
    }
    step.run();
  }

  /** What must hold to the end. */
  List<Check> still() {
    return LabRun.hidden(observations.sawAt(Topology.SITE), before, uplink.read(), alice());
  }

  private Topology.Member member(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  @Override
  public Topology.Member alice() {
    return member(Topology.ALICE);
  }

  @Override
  public Topology.Member exit() {
    return member(Topology.ERIN);
  }

  @Override
  public Topology.Member site() {
    return member(Topology.SITE);
  }

  @Override
  public CircuitCast circuits() {
    return circuits;
  }

  @Override
  public Asker asker() {
    return asker;
  }

  @Override
  public Observations observations() {
    return observations;
  }

  /** There and back by every hop and to the site, each late by all its jitter. */
  @Override
  public int roundTripMillisMax() {
    var timing = shape.link().timing();
    return (int) ((timing.delayNanos() + timing.jitterNanos()) * 2 * (hops + 1) / 1_000_000);
  }

  @Override
  public @Nullable String askWho(String address) throws InterruptedException {
    asker.who(address);
    return observations.awaitAnswer(address, ANSWER_MILLIS_MAX);
  }

  @Override
  public LabSnapshot snapshot(List<Check> checks) {
    return new LabSnapshot(
        elapsedMillis(),
        circuits.hosts().size(),
        observations.flows(),
        observations.sawAt(Topology.SITE),
        before,
        uplink.read(),
        checks,
        List.of(),
        null);
  }

  @Override
  public long elapsedMillis() {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  private void stage(String name, String detail) {
    output.stage(elapsedMillis(), new Check(name, true, detail));
  }

  boolean isGone() {
    return LabClean.isGone(place);
  }

  /** Stops the daemons and removes everything. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    asker.use(null);
    Traffic server = site;
    if (server != null) {
      server.close();
    }
    try {
      circuits.hosts().forEach(LabHost::stop);
      for (LabHost daemon : circuits.hosts()) {
        daemon.awaitEnd(STOP_MILLIS_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    EmulatedInternet made = internet;
    if (made != null) {
      made.close();
    }
    clean.remove(place);
  }
}
