package org.p2pvpn.overlay.circuit;

import org.p2pvpn.overlay.session.Session;

/**
 * One circuit at a relay, which knows its two neighbours and nothing else of it.
 *
 * <p>Threads: the shards read it and write the activity; the control thread makes and ends it.
 */
public final class RelayedCircuit {
  private final int index;
  private final Session previous;
  private final Session next;
  private final Allowance allowance;
  private final long madeNanos;
  private volatile long usedNanos;
  private volatile boolean answered;

  /**
   * @param index the circuit id, which is the receiver index of the answers
   * @param previous who asked for the circuit
   * @param next a node that we shook hands with ourselves; its endpoint is where we send to
   * @param allowance what all circuits of the previous node may use together
   */
  public RelayedCircuit(
      int index, Session previous, Session next, Allowance allowance, long nowNanos) {
    this.index = index;
    this.previous = previous;
    this.next = next;
    this.allowance = allowance;
    this.madeNanos = nowNanos;
    this.usedNanos = nowNanos;
  }

  public int index() {
    return index;
  }

  public Session previous() {
    return previous;
  }

  public Session next() {
    return next;
  }

  public Allowance allowance() {
    return allowance;
  }

  public long madeNanos() {
    return madeNanos;
  }

  public void onForwarded(long nowNanos) {
    usedNanos = nowNanos;
  }

  public void onReturned(long nowNanos) {
    usedNanos = nowNanos;
    if (!answered) {
      answered = true;
    }
  }

  public long usedNanos() {
    return usedNanos;
  }

  /** False while only the asker has used it: half built. */
  public boolean isAnswered() {
    return answered;
  }
}
