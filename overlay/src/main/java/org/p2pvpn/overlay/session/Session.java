package org.p2pvpn.overlay.session;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.packet.Verdict;

/**
 * What we share with one node: where it is, the keys of the moment, the inner addresses it may use.
 * It knows nothing of who chose the node or why.
 *
 * <p>Threads: the shards read the volatile fields and write the activity times; the control thread
 * installs epochs and guards. A reader sees an old or a new value, each of them valid.
 */
public final class Session {
  /** Packets kept while the first handshake runs; more are dropped, as any full queue would. */
  public static final int WAITING_PACKETS_MAX = 32;

  /** No such moment. {@code System.nanoTime} does not reach it in 292 years. */
  static final long NEVER = Long.MIN_VALUE;

  /** No datagram is known to be too large. */
  public static final int ANY_SIZE = Integer.MAX_VALUE;

  private final int peerIndex;
  private volatile @Nullable InetSocketAddress endpoint;

  /** Null for a session straight over UDP. */
  private volatile @Nullable Way way;

  /** Whether the other side knows us by name and place, so that it does not matter how we meet. */
  private volatile boolean open;

  /** What gets to the endpoint in one piece, as far as is known. */
  private volatile int datagramBytesMax = ANY_SIZE;

  private volatile AddressGuard guard;

  /** What we seal with. */
  private volatile @Nullable Epoch sending;

  private volatile long lastReceivedNanos;
  private volatile long lastPacketSentNanos;
  private volatile long lastPacketReceivedNanos;

  /** When the first packet went out that nothing has come in after, or {@link #NEVER}. */
  private volatile long unansweredSinceNanos = NEVER;

  /** When the first packet came in that nothing has gone out after, or {@link #NEVER}. */
  private volatile long owedSinceNanos = NEVER;

  private volatile long sentBytes;
  private volatile long receivedBytes;

  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private final TalkShare talk = new TalkShare();

  /** {@code peerIndex} is the control plane's name for the node; the session only carries it. */
  public Session(
      int peerIndex, AddressGuard guard, @Nullable InetSocketAddress endpoint, long nowNanos) {
    this.peerIndex = peerIndex;
    this.guard = guard;
    this.endpoint = endpoint;
    // Nothing was sent or received: far enough in the past that no timer counts from here.
    long longAgo = nowNanos - EpochLimits.REJECT_AFTER_NANOS;
    lastReceivedNanos = longAgo;
    lastPacketSentNanos = longAgo;
    lastPacketReceivedNanos = longAgo;
  }

  public int peerIndex() {
    return peerIndex;
  }

  public @Nullable InetSocketAddress endpoint() {
    return endpoint;
  }

  public void moveTo(InetSocketAddress newEndpoint) {
    endpoint = newEndpoint;
  }

  /** The largest UDP payload for the endpoint, or {@link #ANY_SIZE}. */
  public int datagramBytesMax() {
    return datagramBytesMax;
  }

  public void datagramBytesMax(int bytes) {
    datagramBytesMax = bytes;
  }

  /** The sessions around this one's messages, or null when they are datagrams of their own. */
  public @Nullable Way way() {
    return way;
  }

  /**
   * Moves the session: the next message goes this way, and the answers follow it. Null is straight,
   * to the endpoint, which is set before.
   */
  public void way(@Nullable Way newWay) {
    way = newWay;
  }

  /** From now on its messages are taken straight and nested, whichever way ours go. */
  public void openBothWays() {
    open = true;
  }

  /** Whether a message may come like that. */
  public boolean takes(boolean nested) {
    return open || isNested() == nested;
  }

  /**
   * Whether messages of this epoch move the session: those of the one in use do. A relay knows the
   * answers of some epochs and not of others, so an endpoint goes with its epoch.
   */
  public boolean isMovedBy(Epoch epoch) {
    Epoch used = sending;
    return used == null || epoch == used;
  }

  /** It goes another way now: what was not answered before says nothing about this one. */
  public void onMoved() {
    unansweredSinceNanos = NEVER;
  }

  /** Whether its messages travel inside other sessions, both ways. */
  public boolean isNested() {
    return way != null;
  }

  public AddressGuard guard() {
    return guard;
  }

  public void guard(AddressGuard newGuard) {
    guard = newGuard;
  }

  public @Nullable Epoch sending() {
    return sending;
  }

  /** From now on this epoch seals; null closes the session to new packets. */
  public void sendWith(@Nullable Epoch epoch) {
    sending = epoch;
  }

  /**
   * Keeps a copy of an inner packet until there are keys. Called while {@link #sending} is null.
   *
   * @return {@link Verdict#PASSED} when it was kept
   */
  public Verdict await(byte[] packet) {
    synchronized (waiting) {
      if (waiting.size() >= WAITING_PACKETS_MAX) {
        return Verdict.NO_SESSION;
      }
      waiting.add(packet);
      return Verdict.PASSED;
    }
  }

  /** The next packet that waited for keys, or null. */
  public byte @Nullable [] takeWaiting() {
    synchronized (waiting) {
      return waiting.poll();
    }
  }

  public boolean hasWaiting() {
    synchronized (waiting) {
      return !waiting.isEmpty();
    }
  }

  /** Whether one more of its messages to the control thread is heard; on its shard. */
  public boolean mayTalk(long nowNanos) {
    return talk.take(nowNanos);
  }

  /** {@code packetBytes} is 0 for keepalives and control messages. */
  public void onSent(long packetBytes, long nowNanos) {
    if (owedSinceNanos != NEVER) {
      owedSinceNanos = NEVER;
    }
    if (packetBytes > 0) {
      lastPacketSentNanos = nowNanos;
      if (unansweredSinceNanos == NEVER) {
        unansweredSinceNanos = nowNanos;
      }
      addSent(packetBytes);
    }
  }

  public void onReceived(long packetBytes, long nowNanos) {
    lastReceivedNanos = nowNanos;
    if (unansweredSinceNanos != NEVER) {
      unansweredSinceNanos = NEVER;
    }
    if (packetBytes > 0) {
      lastPacketReceivedNanos = nowNanos;
      if (owedSinceNanos == NEVER) {
        owedSinceNanos = nowNanos;
      }
      addReceived(packetBytes);
    }
  }

  /**
   * Called once a batch. Two shards may lose a batch's bytes to each other: a figure to look at.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void addSent(long bytes) {
    sentBytes += bytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void addReceived(long bytes) {
    receivedBytes += bytes;
  }

  public long sentBytes() {
    return sentBytes;
  }

  public long receivedBytes() {
    return receivedBytes;
  }

  public long lastReceivedNanos() {
    return lastReceivedNanos;
  }

  /** A snapshot for {@link SessionTimers}. */
  public SessionTimers.Activity activity() {
    return new SessionTimers.Activity(
        lastPacketSentNanos,
        lastPacketReceivedNanos,
        unansweredSinceNanos,
        owedSinceNanos,
        hasWaiting());
  }
}
