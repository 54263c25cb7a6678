package org.p2pvpn.cli.underlay;

import java.time.Duration;

/**
 * How one direction between two hosts behaves; in the order a packet meets it: state and MTU, rate
 * and queue, loss, delay. Immutable; each method answers with a changed copy.
 */
public record LinkShape(State state, Mtu mtu, Rate rate, Faults faults, Timing timing) {
  /** Whether packets pass at all. */
  public enum State {
    UP,
    /** A router says "unreachable". */
    DOWN,
    /** Nobody says anything. */
    BLACKHOLE
  }

  /**
   * The largest packet.
   *
   * @param told whether the sender gets an ICMP message about a larger one
   */
  public record Mtu(int bytes, boolean told) {}

  /**
   * Token bucket and drop-tail queue.
   *
   * @param bitsPerSecond 0: without limit
   * @param burstBytes that may pass at once after a pause
   * @param queueBytes that may wait; a single packet may always
   */
  public record Rate(long bitsPerSecond, int burstBytes, int queueBytes) {}

  /**
   * What goes wrong by chance.
   *
   * @param duplicate probability of a second copy
   * @param reorder probability that a packet is held back so that those behind it overtake
   * @param heldBackNanos for how long
   */
  public record Faults(Loss loss, double duplicate, double reorder, long heldBackNanos) {
    public Faults {
      Loss.checkProbability("duplicate", duplicate);
      Loss.checkProbability("reorder", reorder);
    }
  }

  /**
   * One way's time.
   *
   * @param jitterNanos the delay is even between itself minus and plus this, and never below 0
   * @param keepsOrder jitter stretches and squeezes, but no packet overtakes
   */
  public record Timing(long delayNanos, long jitterNanos, boolean keepsOrder) {
    public Timing {
      if (delayNanos < 0 || jitterNanos < 0) {
        throw new IllegalArgumentException("delay and jitter must not be negative");
      }
    }
  }

  /** As Ethernet has it; a host's device has it, too. */
  public static final int MTU_BYTES = 1500;

  /** Ours: 100 ms at 10 Mbit/s; routers at home have more, those of providers less. */
  private static final int QUEUE_BYTES = 125_000;

  /** Nothing in the way. */
  public static final LinkShape PERFECT =
      new LinkShape(
          State.UP,
          new Mtu(MTU_BYTES, true),
          new Rate(0, 0, QUEUE_BYTES),
          new Faults(Loss.NONE, 0, 0, 0),
          new Timing(0, 0, true));

  /** Short for the two that most tests want. */
  public static LinkShape of(Duration delay, double loss) {
    return PERFECT.delay(delay).loss(loss);
  }

  /** One way: a ping takes twice as long. */
  public LinkShape delay(Duration delay) {
    return with(new Timing(delay.toNanos(), timing.jitterNanos, timing.keepsOrder));
  }

  /** Around the delay, even; packets keep their order. */
  public LinkShape jitter(Duration jitter) {
    return with(new Timing(timing.delayNanos, jitter.toNanos(), true));
  }

  /** The same, and packets overtake each other. */
  public LinkShape disorderingJitter(Duration jitter) {
    return with(new Timing(timing.delayNanos, jitter.toNanos(), false));
  }

  public LinkShape loss(double probability) {
    return loss(new Loss.Independent(probability));
  }

  public LinkShape loss(Loss loss) {
    return with(new Faults(loss, faults.duplicate, faults.reorder, faults.heldBackNanos));
  }

  public LinkShape duplicate(double probability) {
    return with(new Faults(faults.loss, probability, faults.reorder, faults.heldBackNanos));
  }

  /** This share of packets arrives later by {@code heldBack} than it would. */
  public LinkShape reorder(double probability, Duration heldBack) {
    return with(new Faults(faults.loss, faults.duplicate, probability, heldBack.toNanos()));
  }

  /** With a burst of two full packets. */
  public LinkShape rate(long bitsPerSecond, int queueBytes) {
    return rate(bitsPerSecond, 2 * mtu.bytes, queueBytes);
  }

  public LinkShape rate(long bitsPerSecond, int burstBytes, int queueBytes) {
    return new LinkShape(
        state, mtu, new Rate(bitsPerSecond, burstBytes, queueBytes), faults, timing);
  }

  /** Larger packets are dropped and their sender is told. */
  public LinkShape mtu(int bytes) {
    return new LinkShape(state, new Mtu(bytes, true), rate, faults, timing);
  }

  /** Larger packets are dropped and nobody is told: a path MTU black hole. */
  public LinkShape silentMtu(int bytes) {
    return new LinkShape(state, new Mtu(bytes, false), rate, faults, timing);
  }

  public LinkShape state(State changed) {
    return new LinkShape(changed, mtu, rate, faults, timing);
  }

  private LinkShape with(Timing changed) {
    return new LinkShape(state, mtu, rate, faults, changed);
  }

  private LinkShape with(Faults changed) {
    return new LinkShape(state, mtu, rate, changed, timing);
  }
}
