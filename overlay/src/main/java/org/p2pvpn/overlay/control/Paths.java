package org.p2pvpn.overlay.control;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.score.PathRequest;
import org.p2pvpn.overlay.score.Preset;

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
   * Sends everything outside the overlay to this exit, once it has lent us addresses.
   *
   * @param exit a peer, or a country's two capital letters for any exit there
   * @param hops how many nodes the traffic passes, the exit among them; 1 to 5
   * @param preset of the score's weights
   * @throws ControlException when the name means no peer, or several
   */
  public void useExit(String exit, int hops, String preset) {
    asker.ask(
        () -> {
          long now = System.nanoTime();
          boolean country = COUNTRY.matcher(exit).matches() && !peers.hasNamed(exit);
          if (!country && hops == 1) {
            controller.get().useExit(peers.find(exit), now);
            return exit;
          }
          controller.get().network().wantExitsOf(country ? exit : null);
          PathRequest any =
              PathRequest.of(hops, Preset.valueOf(preset.toUpperCase(Locale.ROOT)).weights());
          PathRequest request =
              country ? any.withExitCountry(exit) : any.withExitNode(peers.find(exit).id);
          Roster roster = controller.get().roster();
          controller.get().usePaths(new PathPlanner(peers, roster, request, guards, random), now);
          return exit;
        });
  }

  /** Takes other relays that often, give or take a fifth; zero for never. */
  public void rotate(Duration every) {
    asker.ask(
        () -> {
          controller.get().circuits().rotate(every.toNanos());
          return every;
        });
  }

  /** How the present path was chosen. */
  public PathReport explain() {
    return asker.ask(
        () -> {
          PathPlanner planner = controller.get().planner();
          if (planner == null) {
            throw new ControlException(
                NOT_CONNECTED,
                "no path was chosen: there is no exit in use, or a named one without relays",
                "p2pvpn up --exit PEER --hops 2");
          }
          return PathReport.of(
              planner,
              id -> {
                Peer peer = peers.get(id);
                return peer == null ? id.shortForm() : peer.name;
              });
        });
  }

  /** Nodes that say of themselves that they are exits. */
  public List<ExitReport> exits() {
    return asker.ask(
        () -> {
          @Nullable ExitLink used = controller.get().exit();
          long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
          return controller.get().roster().exits(used == null ? null : used.peer.id, now);
        });
  }

  /** Moves to another path, if there is one. */
  public void renew() {
    asker.ask(
        () -> {
          PathPlanner planner = plannerInUse();
          planner.unpin();
          controller.get().circuits().renew(System.nanoTime());
          return peers;
        });
  }

  /**
   * This path from now on, until {@link #renew} or another exit.
   *
   * @param names of nodes, guard first and exit last
   * @param hopsMax what the tunnel's MTU was made for
   */
  public void set(List<String> names, int hopsMax) {
    asker.ask(
        () -> {
          PathPlanner planner = plannerInUse();
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
          ExitLink used = controller.get().exit();
          if (used == null || !used.peer.id.equals(hops.getLast().id)) {
            PathRequest request = planner.request().withExitNode(hops.getLast().id);
            planner = new PathPlanner(peers, controller.get().roster(), request, guards, random);
            planner.pin(hops);
            controller.get().usePaths(planner, now);
          } else {
            planner.pin(hops);
            controller.get().circuits().replan(now);
          }
          return hops;
        });
  }

  /** Every hop's own echo; only one hop's where {@code only} is not 0. */
  public TraceReport trace(int only, Duration timeout) {
    return new Trace(controller, asker).run(only, timeout);
  }

  private PathPlanner plannerInUse() {
    PathPlanner planner = controller.get().planner();
    if (planner == null) {
      throw new ControlException(
          NOT_CONNECTED,
          "no circuit is in use: the exit is reached straight, or there is none",
          "p2pvpn up --exit PEER --hops 2");
    }
    return planner;
  }
}
