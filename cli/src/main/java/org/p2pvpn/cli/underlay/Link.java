package org.p2pvpn.cli.underlay;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One direction between two hosts: its shape and what it remembers from packet to packet. It has a
 * random source of its own, so that what happens here does not depend on other pairs' packets.
 */
final class Link {
  private static final double NANOS_PER_SECOND = 1e9;

  private final SplittableRandom random;
  private final Map<Verdict, Long> drops = new EnumMap<>(Verdict.class);
  private LinkShape shape;
  private boolean ownShape;
  private boolean bad;

  /** When the last bit that was accepted leaves, less the burst's head start. */
  private long busyUntilNanos = Long.MIN_VALUE;

  private long lastArrivalNanos = Long.MIN_VALUE;
  private long arrivalNanos;
  private long sentPackets;
  private long sentBytes;
  private long deliveredPackets;
  private long deliveredBytes;
  private long duplicated;
  private long heldBack;

  Link(long seed, LinkShape shape) {
    this.random = new SplittableRandom(seed);
    this.shape = shape;
  }

  LinkShape shape() {
    return shape;
  }

  /** Packets on their way keep the time they were given. */
  void shape(LinkShape changed) {
    shape = changed;
    ownShape = true;
  }

  /** For a link that was not told a shape of its own. */
  void defaultShape(LinkShape changed) {
    if (!ownShape) {
      shape = changed;
    }
  }

  /** Whether a router refuses such a packet before it is queued. */
  Verdict admit(int bytes) {
    return switch (shape.state()) {
      case BLACKHOLE -> Verdict.BLACKHOLED;
      case DOWN -> Verdict.LINK_DOWN;
      case UP -> bytes > shape.mtu().bytes() ? Verdict.TOO_BIG : Verdict.PASSED;
    };
  }

  /** Queues and sends; when it passes, {@link #arrivalNanos} says when it will be there. */
  Verdict carry(int bytes, long nowNanos) {
    long departure = nowNanos;
    LinkShape.Rate rate = shape.rate();
    if (rate.bitsPerSecond() > 0) {
      long free = Math.max(busyUntilNanos, nowNanos - nanosFor(rate.burstBytes(), rate));
      double waitingBytes = Math.max(0, free - nowNanos) * rate.bitsPerSecond() / 8e9;
      if (waitingBytes > 0 && waitingBytes + bytes > rate.queueBytes()) {
        return Verdict.QUEUE_FULL;
      }
      busyUntilNanos = free + nanosFor(bytes, rate);
      departure = Math.max(nowNanos, busyUntilNanos);
    }
    // After the queue: a packet that the wire loses has used the wire.
    if (loses()) {
      return Verdict.LOST;
    }
    arrivalNanos = departure + delay();
    return Verdict.PASSED;
  }

  private static long nanosFor(int bytes, LinkShape.Rate rate) {
    return (long) (bytes * 8.0 * NANOS_PER_SECOND / rate.bitsPerSecond());
  }

  private boolean loses() {
    return switch (shape.faults().loss()) {
      case Loss.Independent(var probability) -> happens(probability);
      case Loss.Bursts(var enterBad, var leaveBad, var lossInGood, var lossInBad) -> {
        bad = bad ? !happens(leaveBad) : happens(enterBad);
        yield happens(bad ? lossInBad : lossInGood);
      }
    };
  }

  private long delay() {
    LinkShape.Timing timing = shape.timing();
    long jitter = timing.jitterNanos();
    long delay = timing.delayNanos() + (jitter == 0 ? 0 : random.nextLong(-jitter, jitter + 1));
    return Math.max(0, delay);
  }

  /** The time given by the last {@link #carry}, after order and disorder. */
  long arrivalNanos() {
    LinkShape.Faults faults = shape.faults();
    if (happens(faults.reorder())) {
      heldBack++;
      return arrivalNanos + faults.heldBackNanos();
    }
    if (shape.timing().keepsOrder()) {
      arrivalNanos = Math.max(arrivalNanos, lastArrivalNanos);
    }
    lastArrivalNanos = arrivalNanos;
    return arrivalNanos;
  }

  boolean duplicates() {
    boolean twice = happens(shape.faults().duplicate());
    duplicated += twice ? 1 : 0;
    return twice;
  }

  /** Draws only where there is a choice, so that a fault that is off changes no other's draws. */
  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  void countSent(int bytes) {
    sentPackets++;
    sentBytes += bytes;
  }

  void countDelivered(int bytes) {
    deliveredPackets++;
    deliveredBytes += bytes;
  }

  void countDrop(Verdict reason) {
    drops.merge(reason, 1L, Long::sum);
  }

  LinkCounters counters() {
    return new LinkCounters(
        sentPackets,
        sentBytes,
        deliveredPackets,
        deliveredBytes,
        duplicated,
        heldBack,
        Map.copyOf(drops));
  }
}
