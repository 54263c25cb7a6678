package org.p2pvpn.overlay.control;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;
import org.p2pvpn.overlay.wire.Frame;

/**
 * Watches the exit's session on the path in use, and says whose death its silence is. Lives on the
 * control thread.
 */
final class Lookout {
  /** While there is traffic a dead path is looked for that often; see {@link PathWatch}. */
  static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Ours: a pause of a second in the traffic, and the looks become rare. */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: both paths of one user seldom die together, and then they are back within a second. */
  static final long OURS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final PathSet paths;
  private final CircuitOutlet outlet;
  private final Witness witness;
  private final PathWatch watch = new PathWatch();
  private final Probes probes;
  private final PathSurvey survey;
  private @Nullable CircuitPath watched;

  /** The silence that probes went out for last, and when the first of them did. */
  private long silentFromNanos;

  private long suspectedNanos;

  /** When the first path of several fell silent, with nothing from the exit since; or 0. */
  private long silentSinceNanos;

  Lookout(PathSet paths, Witness witness, RandomGenerator random, CircuitOutlet outlet) {
    this.paths = paths;
    this.witness = witness;
    this.outlet = outlet;
    probes = new Probes(random);
    survey = new PathSurvey(paths, random, outlet);
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
    watched = null;
    silentSinceNanos = 0;
  }

  /** The exit's session goes by this path now: a probe at once, the exit follows what it hears. */
  void onMoved(CircuitPath path, long nowNanos) {
    watch.onSwitch(path.gauge.roundTrip(), nowNanos);
    watched = path;
    // A relay that was stopped and goes on hands over what it held: seconds, and not this path's.
    probes.forget();
    outlet.probe(path.exit().session, probes.next(nowNanos));
  }

  void onEcho(Session session, byte[] echo, long nowNanos) {
    if (echo[0] == Frame.ECHO_ASIDE) {
      if (paths.withStandby().stream().anyMatch(path -> path.exit().session == session)) {
        survey.onEcho(echo, nowNanos);
      }
      return;
    }
    if (paths.exit == null || session != paths.exit.session) {
      return;
    }
    long roundTrip = probes.roundTripNanos(echo, nowNanos);
    if (paths.active != null && roundTrip >= 0) {
      paths.active.gauge.roundTrip().add(roundTrip);
    }
  }

  Finding look(Peer exit, long nowNanos) {
    SessionTimers.Activity activity = exit.session.activity();
    boolean silent = activity.isUnanswered();
    long since = activity.unansweredSinceNanos();
    if (silentSinceNanos != 0 && exit.session.lastReceivedNanos() - silentSinceNanos > 0) {
      silentSinceNanos = 0;
      witness.onHeard(paths.planner, nowNanos);
    }
    survey.tick(exit, nowNanos);
    if (paths.standby != null && !survey.standsBy(paths.standby, nowNanos)) {
      paths.standby.fail("the exit that stood by is silent");
    }
    CircuitPath active = paths.active;
    if (active != null && (active != watched || !active.wasOpen())) {
      watched = active;
      watch.follow(active.gauge.roundTrip(), nowNanos);
    }
    if (!paths.isOpen() && paths.spare != null && paths.spare.isOpen()) {
      return Finding.HOP_LOST;
    }
    return switch (watch.look(silent, since, exit.session.sentBytes(), nowNanos)) {
      case PROBE -> {
        outlet.probe(exit.session, probes.next(nowNanos));
        survey.onSuspicion(nowNanos);
        if (since != silentFromNanos) {
          silentFromNanos = since;
          suspectedNanos = nowNanos;
          lastRelays().forEach(relay -> outlet.ping(relay, nowNanos));
        }
        yield Finding.FINE;
      }
      case DEAD -> isOursAlone(since, nowNanos) ? Finding.FINE : whoseDeath(nowNanos);
      case FINE -> Finding.FINE;
    };
  }

  /**
   * When the spare does not answer what was asked at the same moment, it may be our own link that
   * hangs, or this process that has no processor: then nothing is won by a move, for a while.
   */
  private boolean isOursAlone(long since, long nowNanos) {
    CircuitPath spare = paths.spare;
    return spare != null
        && spare.isOpen()
        && spare.gauge.heardNanos() - suspectedNanos <= 0
        && nowNanos - since < OURS_NANOS;
  }

  /** Of both paths: those that hear the exit first. */
  private List<Peer> lastRelays() {
    return paths.all().stream()
        .filter(path -> !path.relays().isEmpty())
        .map(path -> path.relays().getLast())
        .toList();
  }

  /**
   * The exit is silent on the path in use. When it is so on the spare too while the relays before
   * it answer, it is the exit that died. Without a spare, one path that falls silent is a relay's
   * death; a second one, while its relays answer, is the exit's.
   */
  private Finding whoseDeath(long nowNanos) {
    boolean first = silentSinceNanos == 0;
    CircuitPath active = paths.active;
    CircuitPath spare = paths.spare;
    boolean bothSilent =
        spare != null && spare.isOpen() && spare.gauge.heardNanos() - suspectedNanos <= 0;
    boolean relaysAnswer =
        bothSilent
            ? lastRelays().stream().allMatch(relay -> isHeardSince(relay, suspectedNanos))
            : !first
                && active != null
                && (active.relays().isEmpty()
                    || isHeardSince(active.relays().getLast(), silentSinceNanos));
    if (relaysAnswer && paths.planner != null && !paths.planner.isPinned()) {
      return Finding.EXIT_DEAD;
    }
    silentSinceNanos = first ? nowNanos : silentSinceNanos;
    return Finding.PATH_DEAD;
  }

  private static boolean isHeardSince(Peer relay, long nanos) {
    return relay.session.lastReceivedNanos() - nanos > 0;
  }

  /** In nanoseconds from now. */
  long nextLookNanos(Peer exit, long nowNanos) {
    SessionTimers.Activity activity = exit.session.activity();
    boolean busy = nowNanos - activity.packetSentNanos() < BUSY_NANOS;
    return activity.isUnanswered() || busy ? WATCH_NANOS : ControlLoop.TICK_NANOS;
  }
}
