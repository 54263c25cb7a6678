package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;

/**
 * Finds the {@link PathMtu} of every way that packets leave this node by, and tells it to the
 * session. A probe is a padded ping, which peers of any version answer. Who is only talked with is
 * not asked, and an idle session costs nothing. Lives on the control thread.
 */
final class PathMtus {
  /** What one more hop adds to a datagram. */
  private static final int LAYER_BYTES =
      DataMessage.HEADER_BYTES + Frame.FORWARD_BYTES + DataMessage.TAG_BYTES;

  /** Ours: while the round trip is not known. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: two ticks, since both sides look that often. */
  private static final long SLACK_NANOS = 2 * ControlLoop.TICK_NANOS;

  private final PeerBook peers;
  private final RandomGenerator random;
  private final Outlet outlet;

  private long dueNanos;
  private boolean due;

  /** What this needs of the rest of the node. */
  interface Outlet {
    /** The tunnel's: no packet is longer. */
    int mtuBytes();

    /** Whether our traffic leaves by this peer. */
    boolean isExit(Peer peer);

    /**
     * Sends a sealed frame in one piece.
     *
     * @param refused run on the control thread when our own link does not take it
     */
    void probe(Session session, byte[] plaintext, Runnable refused);
  }

  PathMtus(PeerBook peers, RandomGenerator random, Outlet outlet) {
    this.peers = peers;
    this.random = random;
    this.outlet = outlet;
  }

  /** At every tick of the control loop. */
  void onTick(long nowNanos) {
    due = false;
    Map<Session, Integer> layers = layers();
    everybody().forEach(peer -> look(peer, layers.getOrDefault(peer.session, 0), nowNanos));
  }

  private Stream<Peer> everybody() {
    return Stream.concat(peers.all().stream(), peers.passing().stream());
  }

  /** When the next tick is wanted, in nanoseconds from now. */
  long waitNanos(long nowNanos) {
    return due ? Math.max(ControlLoop.TICK_NANOS, dueNanos - nowNanos) : Long.MAX_VALUE;
  }

  /** We are somewhere else: whatever was found is another way's. */
  void onMoved() {
    everybody().forEach(PathMtus::forget);
  }

  private static void forget(Peer peer) {
    peer.pathMtu = null;
    peer.session.datagramBytesMax(Session.ANY_SIZE);
  }

  /** A pong that no ordinary ping waits for. */
  void onPong(Peer peer, long id, long nowNanos) {
    PathMtu mtu = peer.pathMtu;
    if (mtu != null && mtu.onAnswer(id, nowNanos)) {
      step(peer, mtu, false, nowNanos);
    }
  }

  /** By the sessions that go first: how many others go inside them at most. */
  private Map<Session, Integer> layers() {
    Map<Session, Integer> layers = new HashMap<>();
    everybody().forEach(peer -> count(peer.session.way(), layers));
    return layers;
  }

  private static void count(@Nullable Way way, Map<Session, Integer> layers) {
    if (way != null) {
      layers.merge(way.guard(), way.hops().size(), Math::max);
    }
  }

  private void look(Peer peer, int layers, long nowNanos) {
    Session session = peer.session;
    InetSocketAddress place = session.endpoint();
    if (place == null || session.isNested() || !peer.isConnected()) {
      return;
    }
    boolean expected = layers > 0 || outlet.isExit(peer);
    PathMtu mtu = peer.pathMtu;
    if (mtu == null && !expected && session.sentBytes() < PathMtu.USED_BYTES) {
      return;
    }
    int full = outlet.mtuBytes() + DataMessage.OVERHEAD_BYTES + layers * LAYER_BYTES;
    if (mtu == null || full > mtu.fullBytes || !place.equals(mtu.place)) {
      mtu = new PathMtu(place, full, random);
      peer.pathMtu = mtu;
    }
    step(peer, mtu, expected, nowNanos);
  }

  private void step(Peer peer, PathMtu mtu, boolean expected, long nowNanos) {
    Session session = peer.session;
    long rtt = peer.echo.rttNanos();
    long patience = rtt < 0 ? PATIENCE_NANOS : 2 * rtt + SLACK_NANOS;
    PathMtu.Probe probe = mtu.next(session.sentBytes(), expected, patience, nowNanos);
    if (probe != null) {
      byte[] ping = new ControlMessage.Ping(probe.id()).write();
      byte[] padded = Arrays.copyOf(ping, probe.datagramBytes() - DataMessage.BYTES_MIN);
      outlet.probe(session, padded, () -> mtu.onRefused(probe.id(), nowNanos));
    }
    session.datagramBytesMax(mtu.datagramBytesMax());
    long wait = mtu.waitNanos(nowNanos);
    if (wait != Long.MAX_VALUE && (!due || nowNanos + wait - dueNanos < 0)) {
      due = true;
      dueNanos = nowNanos + wait;
    }
  }
}
