package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.Frame;

/**
 * Measures all paths to the exit side by side, with probes of the same size at the same moment, so
 * that what our own link does to them is the same for all. Traffic pays for it. Lives on the
 * control thread.
 */
final class PathSurvey {
  /** Ours: 20 a second; a relay that loses a tenth is known in three seconds. */
  static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Ours: one of eight is large; the large ones are then most of the bytes. */
  static final int LARGE_EVERY = 8;

  /** Of the bytes of traffic, there and back; under 1 % with what {@link PathWatch} sends. */
  static final double SHARE = 0.009;

  /** What may be saved up: two large rounds over two paths of five hops. */
  private static final double CREDIT_BYTES_MAX = 12_000;

  /** IPv6, UDP; a sealed message; a layer around it. */
  private static final int WIRE_BYTES = 48 + 32;

  private static final int LAYER_BYTES = 37;

  /** Ours: an exit that went away is replaced within a quarter of a minute. */
  static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(5);

  static final long SILENT_NANOS = 3 * ASK_NANOS + TimeUnit.SECONDS.toNanos(1);

  private final PathSet paths;
  private final CircuitOutlet outlet;
  private final RandomGenerator random;
  private double creditBytes;
  private long paidBytes;
  private long roundNanos;
  private int rounds;
  private long askedNanos;

  PathSurvey(PathSet paths, RandomGenerator random, CircuitOutlet outlet) {
    this.paths = paths;
    this.random = random;
    this.outlet = outlet;
  }

  void tick(Peer exit, long nowNanos) {
    earn(exit.session);
    for (CircuitPath path : paths.all()) {
      path.gauge.expire(nowNanos);
      if (path.isOpen() && path.gauge.isFirstDue(nowNanos)) {
        probe(path, false, nowNanos);
      }
    }
    boolean isLarge = rounds % LARGE_EVERY == LARGE_EVERY - 1;
    if (nowNanos - roundNanos >= EVERY_NANOS && creditBytes >= roundBytes(isLarge)) {
      roundNanos = nowNanos;
      rounds++;
      paths.all().stream()
          .filter(CircuitPath::isOpen)
          .forEach(path -> probe(path, isLarge, nowNanos));
    }
  }

  /**
   * The standby carries nothing, and so nothing pays for it: its exit is asked now and then whether
   * it is there. Returns false when it has not been for too long.
   */
  boolean standsBy(CircuitPath standby, long nowNanos) {
    if (standby.isOpen() && nowNanos - askedNanos >= ASK_NANOS) {
      askedNanos = nowNanos;
      probe(standby, false, nowNanos);
    }
    standby.gauge.expire(nowNanos);
    return nowNanos - Math.max(standby.begunNanos(), standby.gauge.heardNanos()) < SILENT_NANOS;
  }

  private void earn(Session session) {
    long bytes = session.sentBytes() + session.receivedBytes();
    // Another exit's begin anew.
    long more = Math.max(0, bytes - paidBytes);
    paidBytes = bytes;
    creditBytes = Math.min(CREDIT_BYTES_MAX, creditBytes + SHARE * more);
  }

  private double roundBytes(boolean isLarge) {
    return paths.all().stream().mapToDouble(path -> bytes(path, isLarge)).sum();
  }

  private static double bytes(CircuitPath path, boolean isLarge) {
    int plaintext = isLarge ? Frame.PROBE_ASIDE_BYTES_MAX : Frame.PROBE_BYTES;
    return 2.0 * (plaintext + WIRE_BYTES + LAYER_BYTES * path.relays().size());
  }

  private void probe(CircuitPath path, boolean isLarge, long nowNanos) {
    byte[] frame = path.gauge.next(isLarge, random, nowNanos);
    Session exit = path.exit().session;
    creditBytes -= bytes(path, isLarge);
    if (path.relays().isEmpty()) {
      outlet.probe(exit, frame);
    } else {
      outlet.probe(exit, path.wayTo(path.exit()), frame);
    }
  }

  /** A probe of the watch's was sent by the path in use; the spare is asked at the same moment. */
  void onSuspicion(long nowNanos) {
    if (paths.active != null) {
      creditBytes -= bytes(paths.active, false);
    }
    if (paths.spare != null && paths.spare.isOpen()) {
      probe(paths.spare, false, nowNanos);
    }
  }

  void onEcho(byte[] echo, long nowNanos) {
    for (CircuitPath path : paths.withStandby()) {
      if (path.gauge.onEcho(echo, nowNanos) >= 0) {
        return;
      }
    }
  }
}
