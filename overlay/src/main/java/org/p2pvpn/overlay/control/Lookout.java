package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;

/**
 * Watches the exit's session on the path in use, and says whose death its silence is. Lives on the
 * control thread.
 */
final class Lookout {
  /** While there is traffic a dead path is looked for that often; see {@link PathWatch}. */
  static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Ours: a pause of a second in the traffic, and the looks become rare. */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PathSet paths;
  private final CircuitOutlet outlet;
  private final Witness witness;
  private final PathWatch watch = new PathWatch();
  private final Probes probes;

  /** When the first path of several fell silent, with nothing from the exit since; or 0. */
  private long silentSinceNanos;

  Lookout(PathSet paths, Witness witness, RandomGenerator random, CircuitOutlet outlet) {
    this.paths = paths;
    this.witness = witness;
    this.outlet = outlet;
    probes = new Probes(random);
  }

  /** What became of the path in use. */
  enum Finding {
    FINE,
    /** A hop has no keys any more, or does not take answers. */
    HOP_LOST,
    PATH_DEAD,
    EXIT_DEAD
  }

  /** Another exit is watched from now on. */
  void forget() {
    silentSinceNanos = 0;
  }

  /**
   * The exit's session has gone to another path: a probe at once, the exit follows what it hears.
   */
  void onMoved(Session session, long nowNanos) {
    watch.onSwitch(nowNanos);
    outlet.probe(session, probes.next(nowNanos));
  }

  void onEcho(Session session, byte[] echo, long nowNanos) {
    long roundTrip = probes.roundTripNanos(echo, nowNanos);
    if (paths.exit != null && session == paths.exit.session && roundTrip >= 0) {
      watch.onRoundTrip(roundTrip);
    }
  }

  long roundTripNanos() {
    return watch.roundTripNanos();
  }

  Finding look(Peer exit, long nowNanos) {
    SessionTimers.Activity activity = exit.session.activity();
    boolean silent = activity.isUnanswered();
    long since = activity.unansweredSinceNanos();
    if (silentSinceNanos != 0 && exit.session.lastReceivedNanos() - silentSinceNanos > 0) {
      silentSinceNanos = 0;
      witness.onHeard(paths.planner, nowNanos);
    }
    if (!paths.isOpen() && paths.spare != null && paths.spare.isOpen()) {
      return Finding.HOP_LOST;
    }
    return switch (watch.look(silent, since, exit.session.sentBytes(), nowNanos)) {
      case PROBE -> {
        outlet.probe(exit.session, probes.next(nowNanos));
        yield Finding.FINE;
      }
      case DEAD -> whoseDeath(nowNanos);
      case FINE -> Finding.FINE;
    };
  }

  /**
   * The exit is silent on the path in use. One path that falls silent is a relay's death; a second
   * one, while its relays answer, is the exit's.
   */
  private Finding whoseDeath(long nowNanos) {
    boolean first = silentSinceNanos == 0;
    CircuitPath active = paths.active;
    boolean relaysAnswer =
        !first
            && active != null
            && (active.relays().isEmpty()
                || active.relays().getLast().session.lastReceivedNanos() - silentSinceNanos > 0);
    if (relaysAnswer && paths.planner != null && !paths.planner.isPinned()) {
      return Finding.EXIT_DEAD;
    }
    silentSinceNanos = first ? nowNanos : silentSinceNanos;
    return Finding.PATH_DEAD;
  }

  /** In nanoseconds from now. */
  long nextLookNanos(Peer exit, long nowNanos) {
    SessionTimers.Activity activity = exit.session.activity();
    boolean busy = nowNanos - activity.packetSentNanos() < BUSY_NANOS;
    return activity.isUnanswered() || busy ? WATCH_NANOS : ControlLoop.TICK_NANOS;
  }
}
