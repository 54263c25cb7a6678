package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.host.HostCommands;

/**
 * The cast of one lab and its way from nothing to traffic. One thread runs it; {@link #close} may
 * come from the JVM's shutdown thread at any moment.
 */
final class Lab implements CircuitStage, AutoCloseable {
  /** Ours: a daemon that undoes its host's changes needs a tenth of it. */
  private static final long STOP_MILLIS_MAX = 4000;

  /** Alice, bob and the exit. */
  private static final int FIRST_NODES = 3;

  private static final long ANSWER_MILLIS_MAX = 5000;

  private final HostCommands commands = new HostCommands();
  private final LabPlace place = LabPlace.ofThisProcess();
  private final LabClean clean = new LabClean(commands);
  private final LabHost alice = new LabHost(place, Topology.ALICE);
  private final LabHost bob = new LabHost(place, Topology.BOB);
  private final LabHost exit = new LabHost(place, Topology.EXIT);
  private final UplinkCounter uplink = new UplinkCounter(commands, place);
  private final Observations observations = new Observations();
  private final Asker asker = new Asker();
  private final long startNanos = System.nanoTime();
  private final LabOutput output;
  private final boolean keep;
  private boolean closed;
  private final CircuitCast circuits;
  private volatile UplinkCounter.Count before = new UplinkCounter.Count(0, 0, 0);

  /** With the tunnel on, before alice's daemon was started anew. */
  private volatile UplinkCounter.@Nullable Count earlier;

  private volatile @Nullable Traffic site;
  private volatile @Nullable Traffic bobsServer;

  Lab(LabOutput output, boolean keep, int hops) {
    this.output = output;
    this.keep = keep;
    circuits = new CircuitCast(place, hops, Topology.ERIN, Topology.relays(hops));
  }

  /** Until alice is connected; her traffic before that is the counter's proof that it counts. */
  void start() throws IOException, InterruptedException {
    clean
        .removeDead(false)
        .forEach(dead -> output.note("removed what the dead lab " + dead.pid() + " left"));
    unlessClosed(
        () -> {
          LabNetwork.make(commands, place);
          uplink.install();
        });
    stage("network", "alice, bob, exit, site and a router between them, in namespaces");
    unlessClosed(() -> exit.start("", "serve", "--exit"));
    unlessClosed(() -> site = server(Topology.SITE));
    unlessClosed(
        () ->
            asker.use(
                new Traffic(place.namespace(Topology.ALICE), "ask", observations::fromAlice)));
    askInTheClear();
    String invite = exit.awaitInvite();
    stage("exit", "runs at " + Topology.member(Topology.EXIT).ipv4());
    unlessClosed(() -> alice.start("", "up", "--exit", "exit", invite));
    alice.awaitKillSwitch();
    before = uplink.readAndReset();
    alice.awaitUp();
    stage("alice", "joined by the exit's invite; all her traffic leaves by it");
    observations.tunnelIsOn();
  }

  /** After alice, whose first packet through the exit should not wait for him. */
  void startBob() throws IOException, InterruptedException {
    unlessClosed(() -> bobsServer = server(Topology.BOB));
    String invite = DaemonSocket.invite(alice.socket());
    unlessClosed(() -> bob.start("", "up", invite));
    bob.awaitUp();
    stage("bob", "joined by alice's invite, runs at " + Topology.member(Topology.BOB).ipv4());
  }

  /** Before the first streams, which leave no processor for a start. */
  void startRelays() throws IOException, InterruptedException {
    if (circuits.hasRelays()) {
      unlessClosed(circuits::startExit);
      circuits.awaitExit();
      unlessClosed(() -> circuits.startRelays(circuits.relays()));
      circuits.awaitRelays(circuits.relays());
    }
  }

  /**
   * Alice begins anew, behind relays. Between her two daemons she has no tunnel, and no traffic
   * either, so nothing is counted there.
   */
  @Override
  public void startCircuits() throws IOException, InterruptedException {
    asker.use(null);
    observations.anotherWay();
    UplinkCounter.Count first = uplink.read();
    List<LabHost> oneHop = List.of(alice, bob, exit);
    oneHop.forEach(LabHost::stop);
    for (LabHost daemon : oneHop) {
      daemon.awaitEnd(STOP_MILLIS_MAX);
    }
    unlessClosed(circuits::startAlice);
    circuits.alice().awaitKillSwitch();
    uplink.readAndReset();
    earlier = first;
    unlessClosed(
        () ->
            asker.use(
                new Traffic(place.namespace(Topology.ALICE), "ask", observations::fromAlice)));
    circuits.alice().awaitUp();
    stage("alice", "again, behind relays; the exit now is one that never met her");
  }

  @Override
  public CircuitCast circuits() {
    return circuits;
  }

  /** Something to remove later. */
  private interface Step {
    void run() throws IOException;
  }

  /** A signal in the middle of the start must find all there is, and nothing may come after it. */
  private synchronized void unlessClosed(Step step) throws IOException {
    if (closed) {
      throw new IllegalStateException("the lab is over");
    }
    step.run();
  }

  private Traffic server(String host) throws IOException {
    return new Traffic(place.namespace(host), "serve", line -> observations.fromServer(host, line));
  }

  private void askInTheClear() throws InterruptedException {
    observations.awaitSite(ANSWER_MILLIS_MAX);
    @Nullable String seen = askWho(Topology.member(Topology.SITE).ipv4());
    output.stage(
        elapsedMillis(), new Check("without it", seen != null, "the site sees alice as " + seen));
  }

  @Override
  public @Nullable String askWho(String address) throws InterruptedException {
    asker.who(address);
    return observations.awaitAnswer(address, ANSWER_MILLIS_MAX);
  }

  @Override
  public Asker asker() {
    return asker;
  }

  @Override
  public Topology.Member alice() {
    return Topology.member(Topology.ALICE);
  }

  @Override
  public Topology.Member exit() {
    return Topology.member(Topology.ERIN);
  }

  @Override
  public Topology.Member site() {
    return Topology.member(Topology.SITE);
  }

  /** All in one machine, without emulation. */
  @Override
  public int roundTripMillisMax() {
    return 0;
  }

  LabHost alicesHost() {
    return alice;
  }

  LabHost bobsHost() {
    return bob;
  }

  @Override
  public Observations observations() {
    return observations;
  }

  boolean daemonsAreAlive() {
    return alice.isAlive() && bob.isAlive() && exit.isAlive();
  }

  @Override
  public LabSnapshot snapshot(List<Check> checks) {
    return snapshot(uplinkSince(), checks);
  }

  LabSnapshot snapshot(UplinkCounter.Count since, List<Check> checks) {
    return new LabSnapshot(
        elapsedMillis(),
        earlier == null ? FIRST_NODES : circuits.hosts().size(),
        observations.flows(),
        observations.sawAt(Topology.SITE),
        before,
        since,
        checks,
        List.of(),
        null);
  }

  UplinkCounter.Count uplinkBefore() {
    return before;
  }

  UplinkCounter.Count uplinkSince() {
    UplinkCounter.Count first = earlier;
    return first == null ? uplink.read() : first.plus(uplink.read());
  }

  @Override
  public long elapsedMillis() {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  private void stage(String name, String detail) {
    output.stage(elapsedMillis(), new Check(name, true, detail));
  }

  /** Whether nothing of it is left. */
  boolean isGone() {
    return LabClean.isGone(place);
  }

  LabPlace place() {
    return place;
  }

  /** Stops the daemons and removes everything; or, to keep it, only the traffic. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    asker.use(null);
    closeTraffic(site);
    closeTraffic(bobsServer);
    if (keep) {
      markAsKept();
      return;
    }
    List<LabHost> daemons = new ArrayList<>(List.of(alice, bob, exit));
    daemons.addAll(circuits.hosts());
    try {
      daemons.forEach(LabHost::stop);
      for (LabHost daemon : daemons) {
        daemon.awaitEnd(STOP_MILLIS_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    clean.remove(place);
  }

  private static void closeTraffic(@Nullable Traffic traffic) {
    if (traffic != null) {
      traffic.close();
    }
  }

  private void markAsKept() {
    try {
      if (Files.isDirectory(place.folder()) && !Files.exists(place.keepMark())) {
        Files.createFile(place.keepMark());
      }
    } catch (IOException e) {
      output.note(place.keepMark() + ": " + e.getMessage() + "; the next lab will remove this one");
    }
  }
}
