package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.p2pvpn.overlay.wire.ReachMessage;
import org.p2pvpn.overlay.wire.ReachMessage.Introduced;
import org.p2pvpn.overlay.wire.ReachMessage.NotIntroduced;

/**
 * Peers that do not answer where we call them. Common peers introduce us, both sides call at one
 * moment, and until one of these calls comes through the session goes through the introducer that
 * answered first: by a circuit of one relay, in which we are ourselves. Lives on the control
 * thread.
 */
final class Detours {
  /** Ours: so many common peers are asked at once, the nearest first. */
  private static final int ASKED_MAX = 3;

  /**
   * Ours: so many that know nothing of it, and the rest are asked when the next question is due.
   */
  private static final int STRANGE_MAX = 12;

  /** Issue 4: tried at once, then every minute. */
  static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Ours: while there is no session at all; then twice as long each time, up to a minute. */
  static final long ANXIOUSLY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Ours: longer than anything stays on its way. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Ours: the first call went out, and the first repetition a fifth of a second later. */
  private static final int CALLS_BEFORE = 2;

  /** Ours: so many initiations through a relay that nobody answers, and another one is tried. */
  private static final int CALLS_BY_RELAY = 3;

  /** As many as a session has epochs. */
  private static final int CIRCUITS_MAX = Upkeep.EPOCHS_MAX;

  /** Ours: past it the oldest question is given up, which is asked again anyway. */
  private static final int EXTENDING_MAX = 1024;

  /** Ours: past it nobody more is looked for until some are found or given up. */
  private static final int ATTEMPTS_MAX = 1024;

  private final PeerBook peers;
  private final Puncher puncher;
  private final Supplier<List<InetSocketAddress>> ownPlaces;
  private final RandomGenerator random;
  private final ControlCounters counters;
  private final Reach.Outlet outlet;
  private final Map<Peer, Attempt> attempts = new LinkedHashMap<>();

  /** Circuits asked for and not answered yet. */
  private final Map<Integer, Attempt> extending =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Attempt> eldest) {
          return size() > EXTENDING_MAX;
        }
      };

  private final List<Circuit> left = new ArrayList<>();

  /** What we do to reach one peer. */
  private static final class Attempt {
    final Peer peer;

    /** Common peers that have not answered the last question. */
    final List<Peer> asked = new ArrayList<>();

    /** Common peers that could not help; the others are asked before them. */
    final Set<Peer> strange = new HashSet<>();

    /** Those that have introduced us and may lead there; the first one is in use. */
    final List<Peer> relays = new ArrayList<>();

    final List<Circuit> circuits = new ArrayList<>();
    long nonce;
    long askedNanos;
    int questions;
    boolean punched;
    int callsByRelay;
    String trouble = "";

    Attempt(Peer peer) {
      this.peer = peer;
    }

    @Nullable Peer relay() {
      return relays.isEmpty() ? null : relays.getFirst();
    }

    void dropRelay() {
      callsByRelay = 0;
      if (!relays.isEmpty()) {
        relays.removeFirst();
      }
    }

    /** Whether a session by a relay would be better than what there is. */
    boolean needsRelay() {
      return peer.retry != null || !peer.isConnected();
    }

    boolean isDue(long everyNanos, long nowNanos) {
      return questions == 0 || nowNanos - askedNanos >= everyNanos;
    }
  }

  /** One that leads to a peer; {@code sinceNanos} is when it was asked for, or given up. */
  private record Circuit(Peer relay, int index, long sinceNanos) {}

  /** {@code ownPlaces}: where we may be called ourselves. */
  Detours(
      PeerBook peers,
      Puncher puncher,
      Supplier<List<InetSocketAddress>> ownPlaces,
      RandomGenerator random,
      ControlCounters counters,
      Reach.Outlet outlet) {
    this.peers = peers;
    this.puncher = puncher;
    this.ownPlaces = ownPlaces;
    this.random = random;
    this.counters = counters;
    this.outlet = outlet;
  }

  /** Why a peer is not reached straight, for the operator; empty when there is nothing to say. */
  String trouble(Peer peer) {
    Attempt attempt = attempts.get(peer);
    return attempt == null ? "" : attempt.trouble;
  }

  /** An initiation is due. Returns whether it goes by a relay, and so not straight. */
  boolean initiate(Peer peer, long nowNanos) {
    Attempt attempt = attempts.get(peer);
    int calls = peer.retry == null ? 0 : peer.retry.attempts();
    // Whom we know by hearsay alone is often behind a NAT: no time is lost on one call.
    boolean hearsay = peer.origin == Peer.Origin.ADVERT && peer.handshakeNanos == 0;
    boolean lost = calls >= CALLS_BEFORE || hearsay || peer.lastEndpoint() == null;
    if (attempt == null && lost && attempts.size() < ATTEMPTS_MAX) {
      attempt = new Attempt(peer);
      attempts.put(peer, attempt);
      raceCandidates(peer, nowNanos);
    }
    if (attempt == null) {
      return false;
    }
    if (attempt.relay() != null) {
      return goByRelay(attempt, nowNanos);
    }
    long anxiously = Math.min(AGAIN_NANOS, ANXIOUSLY_NANOS << Math.min(attempt.questions, 5));
    if (lost && attempt.isDue(anxiously, nowNanos)) {
      question(attempt, nowNanos);
    }
    return false;
  }

  /** All places we know at once, before others are asked; one by one they are tried anyway. */
  private void raceCandidates(Peer peer, long nowNanos) {
    if (!peer.candidates.isEmpty()) {
      int count = Math.min(ReachMessage.ENDPOINTS_MAX, peer.candidates.size());
      List<InetSocketAddress> places = peer.candidates.subList(0, count);
      puncher.begin(peer, places, places.getFirst(), nowNanos);
      puncher.onTick(nowNanos); // the first call without waiting for a tick
    }
  }

  private boolean goByRelay(Attempt attempt, long nowNanos) {
    Peer relay = attempt.relay();
    if (relay != null && (!relay.isStraight() || attempt.callsByRelay++ >= CALLS_BY_RELAY)) {
      attempt.dropRelay();
      relay = attempt.relay();
    }
    int index = relay == null ? 0 : outlet.newIndex(attempt.peer);
    if (relay == null || index == 0) {
      return false;
    }
    extending.put(index, attempt);
    attempt.circuits.add(new Circuit(relay, index, nowNanos));
    if (attempt.circuits.size() > CIRCUITS_MAX) {
      attempt.circuits.removeFirst(); // long idle, and so ended
    }
    outlet.send(relay, new ControlMessage.Extend(index, attempt.peer.id));
    return true;
  }

  private void question(Attempt attempt, long nowNanos) {
    attempt.askedNanos = nowNanos;
    attempt.questions++;
    attempt.punched = false;
    askIntroducers(attempt);
    if (attempt.asked.isEmpty() && !attempt.strange.isEmpty()) {
      attempt.strange.clear(); // it was all of them, and a while ago
      askIntroducers(attempt);
    }
    if (attempt.asked.isEmpty()) {
      attempt.trouble = "no other peer is connected that could introduce us";
    }
  }

  private void askIntroducers(Attempt attempt) {
    attempt.nonce = random.nextLong();
    attempt.asked.clear();
    peers.all().stream()
        .filter(peer -> peer != attempt.peer && peer.isStraight() && !outlet.isHidden(peer))
        .filter(peer -> !attempt.strange.contains(peer))
        .sorted(Comparator.comparingLong(Detours::distance))
        .limit(ASKED_MAX)
        .forEach(attempt.asked::add);
    for (Peer common : attempt.asked) {
      var introduce = new ReachMessage.Introduce(attempt.nonce, attempt.peer.id, ownPlaces.get());
      outlet.send(common, new ControlMessage.Reach(introduce));
    }
  }

  /** The nearest first, those of unknown distance last. */
  private static long distance(Peer peer) {
    return peer.echo.rttNanos() < 0 ? Long.MAX_VALUE : peer.echo.rttNanos();
  }

  void onIntroduced(Peer common, Introduced said, long nowNanos) {
    Attempt attempt = awaiting(common, said.nonce());
    InetSocketAddress there = common.session.endpoint();
    if (attempt == null || there == null) {
      return;
    }
    attempt.asked.remove(common);
    if (!attempt.punched) {
      attempt.punched = true;
      puncher.begin(attempt.peer, said.at(), there, nowNanos);
      puncher.onTick(nowNanos);
    }
    if (!attempt.relays.contains(common)) {
      attempt.relays.add(common);
    }
    if (attempt.relay() == common && attempt.needsRelay()) {
      attempt.callsByRelay = 0;
      goByRelay(attempt, nowNanos);
    }
  }

  void onNotIntroduced(Peer common, NotIntroduced said) {
    Attempt attempt = awaiting(common, said.nonce());
    if (attempt != null) {
      attempt.asked.remove(common);
      attempt.strange.add(common);
      attempt.trouble = common.name + " " + said.reason().meaning();
      if (attempt.asked.isEmpty() && !attempt.punched && attempt.strange.size() < STRANGE_MAX) {
        askIntroducers(attempt); // the nearest need not be those that know it
      }
    }
  }

  private @Nullable Attempt awaiting(Peer common, long nonce) {
    for (Attempt attempt : attempts.values()) {
      if (attempt.nonce == nonce && attempt.asked.contains(common)) {
        return attempt;
      }
    }
    return null;
  }

  boolean onExtended(Peer relay, int index, long nowNanos) {
    Attempt attempt = extending.get(index);
    if (attempt == null || attempt.relay() != relay) {
      return false;
    }
    extending.remove(index);
    if (attempt.needsRelay() || attempt.peer.session.isNested()) {
      outlet.initiate(attempt.peer, index, new Way(List.of(relay.session)), nowNanos);
    }
    return true;
  }

  boolean onExtendRefused(Peer relay, int index, ExtendRefusal reason, long nowNanos) {
    Attempt attempt = extending.get(index);
    if (attempt == null || attempt.relay() != relay) {
      return false;
    }
    extending.remove(index);
    attempt.trouble = relay.name + " does not lead there: " + reason.meaning();
    if (reason != ExtendRefusal.INDEX_IN_USE) {
      attempt.dropRelay();
    }
    if (attempt.relay() != null) {
      goByRelay(attempt, nowNanos);
    }
    return true;
  }

  /** There are keys, and they are in use: straight, or by a relay. */
  void onSending(Peer peer, long nowNanos) {
    Attempt attempt = attempts.get(peer);
    if (attempt == null) {
      return;
    }
    attempt.callsByRelay = 0;
    if (peer.isStraight()) {
      counters.count("peers_reached");
      puncher.end(peer);
      outlet.forgetInitiations(peer); // an answer by the relay would lead back to it
      attempt.circuits.forEach(it -> left.add(new Circuit(it.relay(), it.index(), nowNanos)));
      attempts.remove(peer);
      extending.values().removeIf(it -> it == attempt);
    } else {
      counters.count("peers_relayed");
      attempt.trouble = "no call has come through yet; the next are every minute";
    }
  }

  /** Who was reached by it looks for another way at once. */
  void onGone(Peer gone, long nowNanos) {
    for (Attempt attempt : List.copyOf(attempts.values())) {
      Way way = attempt.peer.session.way();
      attempt.relays.remove(gone);
      attempt.strange.remove(gone);
      if (way != null && way.last() == gone.session) {
        attempt.questions = 0;
        outlet.call(attempt.peer, nowNanos);
      }
    }
  }

  boolean isIdle() {
    return attempts.isEmpty() && left.isEmpty();
  }

  /** At every tick of the control loop. */
  void onTick(long nowNanos) {
    for (Iterator<Attempt> i = attempts.values().iterator(); i.hasNext(); ) {
      Attempt attempt = i.next();
      Peer peer = attempt.peer;
      if (!peer.isConnected() && peer.retry == null) {
        i.remove(); // nobody wants it any more
        extending.values().removeIf(it -> it == attempt);
      } else if (peer.session.isNested() && attempt.isDue(AGAIN_NANOS, nowNanos)) {
        question(attempt, nowNanos);
      }
    }
    for (Iterator<Circuit> i = left.iterator(); i.hasNext(); ) {
      Circuit circuit = i.next();
      if (nowNanos - circuit.sinceNanos() >= LINGER_NANOS) {
        i.remove();
        outlet.send(circuit.relay(), new ControlMessage.Retract(circuit.index()));
      }
    }
  }
}
