package org.p2pvpn.cli.underlay;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Changes one or both directions between two hosts while packets flow. Each call holds for packets
 * sent after it; those on their way arrive as they were told.
 */
public final class LinkControl {
  private final Consumer<UnaryOperator<LinkShape>> change;

  LinkControl(Consumer<UnaryOperator<LinkShape>> change) {
    this.change = change;
  }

  public LinkControl shape(LinkShape shape) {
    return changed(_ -> shape);
  }

  public LinkControl delay(Duration delay) {
    return changed(shape -> shape.delay(delay));
  }

  public LinkControl jitter(Duration jitter) {
    return changed(shape -> shape.jitter(jitter));
  }

  public LinkControl disorderingJitter(Duration jitter) {
    return changed(shape -> shape.disorderingJitter(jitter));
  }

  public LinkControl loss(double probability) {
    return changed(shape -> shape.loss(probability));
  }

  public LinkControl loss(Loss loss) {
    return changed(shape -> shape.loss(loss));
  }

  public LinkControl duplicate(double probability) {
    return changed(shape -> shape.duplicate(probability));
  }

  public LinkControl reorder(double probability, Duration heldBack) {
    return changed(shape -> shape.reorder(probability, heldBack));
  }

  public LinkControl rate(long bitsPerSecond, int queueBytes) {
    return changed(shape -> shape.rate(bitsPerSecond, queueBytes));
  }

  public LinkControl mtu(int bytes) {
    return changed(shape -> shape.mtu(bytes));
  }

  public LinkControl silentMtu(int bytes) {
    return changed(shape -> shape.silentMtu(bytes));
  }

  /** The sender is told that the other is unreachable. */
  public LinkControl down() {
    return changed(shape -> shape.state(LinkShape.State.DOWN));
  }

  /** Nobody is told anything. */
  public LinkControl blackhole() {
    return changed(shape -> shape.state(LinkShape.State.BLACKHOLE));
  }

  public LinkControl up() {
    return changed(shape -> shape.state(LinkShape.State.UP));
  }

  private LinkControl changed(UnaryOperator<LinkShape> changed) {
    change.accept(changed);
    return this;
  }
}
