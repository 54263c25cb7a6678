package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.discovery.advert.Bucket;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ReachMessage;
import org.p2pvpn.overlay.wire.ReachMessage.Introduce;
import org.p2pvpn.overlay.wire.ReachMessage.Introduced;
import org.p2pvpn.overlay.wire.ReachMessage.Meet;
import org.p2pvpn.overlay.wire.ReachMessage.Met;
import org.p2pvpn.overlay.wire.ReachMessage.NotIntroduced;
import org.p2pvpn.overlay.wire.ReachMessage.Reason;

/**
 * The one between: brings two peers of ours together that cannot call each other, by telling each
 * where the other is seen, and when to begin. Whom we do not talk with ourselves we introduce to
 * nobody. Lives on the control thread.
 */
final class Introducer {
  /** Ours: a peer behind a NAT that starts meets its neighbours at once, and later few. */
  static final double ASKED_PER_SECOND = 2;

  static final double ASKED_BURST = 20;

  /** Ours: each costs the one who is asked for some datagrams. */
  static final double TARGET_PER_SECOND = 2;

  static final double TARGET_BURST = 20;

  /** Ours: past it askers are told that they ask too often. */
  static final int OPEN_MAX = 512;

  /** Ours: an answer takes a round trip. */
  static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** At the limit the peer that was silent longest begins with a full share. */
  private static final int SHARES_MAX = 4096;

  private final PeerBook peers;
  private final RandomGenerator random;
  private final ControlCounters counters;
  private final Outlet outlet;
  private final Map<Peer, Bucket> askers = new Shares();
  private final Map<Peer, Bucket> targets = new Shares();
  private final Map<Long, Open> open = new LinkedHashMap<>();

  /** How messages get out. */
  interface Outlet {
    void send(Peer peer, ControlMessage message);
  }

  private record Open(Peer asker, long nonce, Peer target, long sinceNanos) {}

  private static final class Shares extends LinkedHashMap<Peer, Bucket> {
    private static final long serialVersionUID = 1;

    Shares() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Peer, Bucket> eldest) {
      return size() > SHARES_MAX;
    }
  }

  Introducer(PeerBook peers, RandomGenerator random, ControlCounters counters, Outlet outlet) {
    this.peers = peers;
    this.random = random;
    this.counters = counters;
    this.outlet = outlet;
  }

  void onIntroduce(Peer asker, Introduce asked, long nowNanos) {
    Peer target = peers.get(asked.with());
    boolean asksTooOften = !take(askers, asker, ASKED_PER_SECOND, ASKED_BURST, nowNanos);
    if (asksTooOften || open.size() >= OPEN_MAX) {
      refuse(asker, asked.nonce(), Reason.TOO_FAST);
    } else if (target == null || target == asker || !target.isStraight()) {
      refuse(asker, asked.nonce(), Reason.NOT_HERE);
    } else if (!take(targets, target, TARGET_PER_SECOND, TARGET_BURST, nowNanos)) {
      refuse(asker, asked.nonce(), Reason.TOO_FAST);
    } else {
      long nonce = random.nextLong();
      open.put(nonce, new Open(asker, asked.nonce(), target, nowNanos));
      // The target's answer needs half of its round trip to us, and half of the asker's from us.
      long wait = (rttMicros(asker) + rttMicros(target)) / 2;
      send(target, new Meet(nonce, asker.id, (int) wait, places(asker, asked.at())));
      counters.count("introductions_asked");
    }
  }

  void onMet(Peer target, Met met) {
    Open opened = open.get(met.nonce());
    if (opened != null && opened.target() == target) {
      open.remove(met.nonce());
      int distance = (int) rttMicros(target);
      send(opened.asker(), new Introduced(opened.nonce(), distance, places(target, met.at())));
      counters.count("introductions_made");
    }
  }

  /** Returns whether it was the answer to something of ours. */
  boolean onDeclined(Peer target, NotIntroduced said) {
    Open opened = open.get(said.nonce());
    if (opened == null || opened.target() != target) {
      return false;
    }
    open.remove(said.nonce());
    refuse(opened.asker(), opened.nonce(), said.reason());
    return true;
  }

  void onTick(long nowNanos) {
    open.values().removeIf(opened -> nowNanos - opened.sinceNanos() >= OPEN_NANOS);
  }

  private void refuse(Peer asker, long nonce, Reason reason) {
    counters.count("introductions_refused_" + reason.name());
    send(asker, new NotIntroduced(nonce, reason));
  }

  /** Where we see it ourselves goes first. */
  private static List<InetSocketAddress> places(Peer of, List<InetSocketAddress> said) {
    List<InetSocketAddress> places = new ArrayList<>();
    InetSocketAddress seen = of.session.endpoint();
    if (seen != null && of.isStraight()) {
      places.add(seen);
    }
    said.stream().filter(place -> !places.contains(place)).forEach(places::add);
    return places;
  }

  private static long rttMicros(Peer peer) {
    return Math.clamp(
        TimeUnit.NANOSECONDS.toMicros(peer.echo.rttNanos()), 0, TimeUnit.SECONDS.toMicros(2));
  }

  private static boolean take(
      Map<Peer, Bucket> shares, Peer peer, double perSecond, double burst, long nowNanos) {
    return shares.computeIfAbsent(peer, _ -> new Bucket(perSecond, burst, nowNanos)).take(nowNanos);
  }

  private void send(Peer peer, ReachMessage message) {
    outlet.send(peer, new ControlMessage.Reach(message));
  }
}
