package org.p2pvpn.overlay.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.PathRequest;
import org.p2pvpn.overlay.score.Preset;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** The way of our traffic, asked and changed from any thread by way of the control thread. */
public final class Paths {
  /** ISO 3166-1. */
  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

  private static final int USAGE = 2;
  private static final int NOT_CONNECTED = 4;

  private final Supplier<Controller> controller;
  private final PeerBook peers;
  private final GuardBook guards;
  private final RandomGenerator random;
  private final Asker asker;

  /** Has a question answered on the control thread. */
  interface Asker {
    <T> T ask(Supplier<T> question);
  }

  Paths(
      Supplier<Controller> controller,
      PeerBook peers,
      GuardBook guards,
      RandomGenerator random,
      Asker asker) {
    this.controller = controller;
    this.peers = peers;
    this.guards = guards;
    this.random = random;
    this.asker = asker;
  }

  /**
   * Sends this traffic to its exit, once that has lent us addresses. Asked again it moves to
   * another one.
   *
   * @throws ControlException when the exit's name means no peer, or several
   */
  public void use(TrafficClass traffic) {
    asker.ask(
        () -> {
          Exits exits = controller.get().exits();
          long now = System.nanoTime();
          String exit = traffic.exit();
          boolean country = COUNTRY.matcher(exit).matches() && !peers.hasNamed(exit);
          if (!country && traffic.hops() == 1 && traffic.minimumTrust() == 0) {
            exits.use(traffic, peers.find(exit), now);
            return exit;
          }
          controller.get().network().wantExitsOf(traffic.number(), country ? exit : null);
          Preset preset = Preset.valueOf(traffic.preset().toUpperCase(Locale.ROOT));
          PathRequest any =
              PathRequest.of(traffic.hops(), preset.weights())
                  .withMinimumTrust(traffic.minimumTrust());
          PathRequest request =
              country ? any.withExitCountry(exit) : any.withExitNode(peers.find(exit).id);
          Roster roster = controller.get().roster();
          exits.use(traffic, new PathPlanner(peers, roster, request, guards, random), now);
          return exit;
        });
  }

  /**
   * Takes another exit for new connections where any will do, else other relays, that often, give
   * or take a fifth; zero for never.
   */
  public void rotate(Duration every) {
    asker.ask(
        () -> {
          controller.get().exits().all().forEach(exit -> exit.rotate(every.toNanos()));
          return every;
        });
  }

  /** How the present paths were chosen, of each class that has some. */
  public List<PathReport> explain() {
    return asker.ask(
        () -> {
          List<PathReport> reports = new ArrayList<>();
          for (ClassExit exit : controller.get().exits().all()) {
            PathPlanner planner = exit.planner();
            if (planner != null) {
              reports.add(PathReport.of(exit.traffic(), planner, this::name));
            }
          }
          if (reports.isEmpty()) {
            throw new ControlException(
                NOT_CONNECTED,
                "no path was chosen: there is no exit in use, or a named one without relays",
                "p2pvpn up --exit PEER --hops 2");
          }
          return reports;
        });
  }

  private String name(NodeId id) {
    Peer peer = peers.get(id);
    return peer == null ? id.shortForm() : peer.name;
  }

  /** Nodes that say of themselves that they are exits. */
  public List<ExitReport> exits() {
    return asker.ask(
        () -> {
          Exits exits = controller.get().exits();
          long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
          return controller.get().roster().exits(exits::usersOf, now);
        });
  }

  /** No program of this host is connected from what a former exit of this class lent. */
  public void onUnused(int traffic, LeaseGrant lease) {
    asker.ask(
        () -> {
          controller.get().exits().onUnused(traffic, lease, System.nanoTime());
          return lease;
        });
  }

  /** Moves every class to another path, if there is one; new connections to another exit, too. */
  public void renew() {
    asker.ask(
        () -> {
          List<ClassExit> planned =
              controller.get().exits().all().stream()
                  .filter(exit -> exit.planner() != null)
                  .toList();
          if (planned.isEmpty()) {
            throw noCircuit();
          }
          long now = System.nanoTime();
          for (ClassExit exit : planned) {
            Optional.ofNullable(exit.planner()).ifPresent(PathPlanner::unpin);
            exit.circuits().renew(now);
          }
          return peers;
        });
  }

  /**
   * This path from now on for what no rule covers, until {@link #renew} or another exit.
   *
   * @param names of nodes, guard first and exit last
   * @param hopsMax what the tunnel's MTU was made for
   */
  public void set(List<String> names, int hopsMax) {
    asker.ask(
        () -> {
          ClassExit rest = controller.get().exits().rest();
          PathPlanner planner = rest == null ? null : rest.planner();
          if (rest == null || planner == null) {
            throw noCircuit();
          }
          if (names.size() < 2 || names.size() > hopsMax) {
            throw new ControlException(
                USAGE,
                "%d nodes: expected 2 to %d, relays first, then the exit; the tunnel's MTU was made for those"
                    .formatted(names.size(), hopsMax),
                "p2pvpn up --hops " + Math.max(2, names.size()));
          }
          List<Peer> hops = names.stream().map(peers::find).toList();
          if (hops.stream().distinct().count() < hops.size()) {
            throw new ControlException(
                USAGE, "a node stands twice in the path", "p2pvpn circuit set GUARD,EXIT");
          }
          long now = System.nanoTime();
          ExitLink used = rest.link();
          if (used == null || !used.peer.id.equals(hops.getLast().id)) {
            PathRequest request = planner.request().withExitNode(hops.getLast().id);
            planner = new PathPlanner(peers, controller.get().roster(), request, guards, random);
            planner.pin(hops);
            controller.get().exits().use(rest.traffic(), planner, now);
          } else {
            planner.pin(hops);
            rest.circuits().replan(now);
          }
          return hops;
        });
  }

  /** Every hop's own echo; only one hop's where {@code only} is not 0. */
  public TraceReport trace(int only, Duration timeout) {
    return new Trace(controller, asker).run(only, timeout);
  }

  private static ControlException noCircuit() {
    return new ControlException(
        NOT_CONNECTED,
        "no circuit is in use: the exit is reached straight, or there is none",
        "p2pvpn up --exit PEER --hops 2");
  }
}
