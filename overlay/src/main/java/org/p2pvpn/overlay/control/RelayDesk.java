package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.circuit.Allowance;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.IpPrefix;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;

/**
 * Carrying others' circuits: who may have one here, how many, and when it ends. A circuit leads to
 * a node that we shook hands with ourselves and to nothing else, so that nobody can aim us at an
 * address. Lives on the control thread.
 */
final class RelayDesk {
  /** Our own handshake with the next node may take that long. */
  static final long REACH_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** A handshake through the circuit begins at once, and takes a few round trips at most. */
  static final long HALF_BUILT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Past the life of the keys that the circuit was made for. */
  static final long IDLE_NANOS = EpochLimits.REJECT_AFTER_NANOS + TimeUnit.SECONDS.toNanos(20);

  /** So many askers may wait for us to reach somebody; more are told that we are busy. */
  private static final int WAITING_MAX = 256;

  private final NodeId own;
  private final PeerBook peers;
  private final RelayTable circuits;
  private final EpochTable epochs;
  private final ControlCounters counters;
  private final Outlet outlet;
  private final Map<Peer, Account> accounts = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private RelayLimits limits = RelayLimits.DEFAULT;
  private LoadMeter load = _ -> 0;
  private double loadNow;
  private boolean relays = true;
  private int count;

  /** How answers and calls get out. */
  interface Outlet {
    void send(Peer peer, ControlMessage message);

    /** Begins a handshake unless one is under way. */
    void call(Peer peer, long nowNanos);
  }

  /** What a relay sees of its own load, 0 to 1. */
  interface LoadMeter {
    double at(long nowNanos);
  }

  /** What one peer has here. */
  private static final class Account {
    final List<RelayedCircuit> circuits = new ArrayList<>(1);
    final Allowance allowance;

    /** Where a guest was when it first asked; null for others, who were let in by name. */
    final @Nullable IpPrefix guestsPrefix;

    double tokens;
    long refilledNanos;

    Account(Allowance allowance, @Nullable IpPrefix guestsPrefix, double tokens, long nowNanos) {
      this.allowance = allowance;
      this.guestsPrefix = guestsPrefix;
      this.tokens = tokens;
      this.refilledNanos = nowNanos;
    }

    /** Who carries on with what it has here is not sent away for our load. */
    boolean leadsTo(Session next) {
      return circuits.stream().anyMatch(circuit -> circuit.next() == next);
    }
  }

  /** Asked for, and the next node not reached yet. */
  private record Waiting(Peer previous, int index, Peer next, long sinceNanos) {
    boolean isFor(Peer asker, int circuit) {
      return previous == asker && index == circuit;
    }
  }

  RelayDesk(
      NodeId own,
      PeerBook peers,
      RelayTable circuits,
      EpochTable epochs,
      ControlCounters counters,
      Outlet outlet) {
    this.own = own;
    this.peers = peers;
    this.circuits = circuits;
    this.epochs = epochs;
    this.counters = counters;
    this.outlet = outlet;
  }

  /** This node relays for nobody. */
  void close() {
    relays = false;
  }

  /** How much this node relays. A new limit for each peer holds for peers that come from now on. */
  void set(RelayLimits newLimits, LoadMeter newLoad, long nowNanos) {
    limits = newLimits;
    load = newLoad;
    circuits.bandwidth().total().limit(newLimits.bitsPerSecond(), nowNanos);
  }

  boolean relays() {
    return relays;
  }

  /** 0 to 1, as of the last tick. */
  double load() {
    return loadNow;
  }

  /** Circuits carried now. */
  int count() {
    return count;
  }

  void onExtend(Peer previous, int index, NodeId nextId, long nowNanos) {
    Peer next = peers.get(nextId);
    ExtendRefusal refusal = fault(previous, index, nextId, next, nowNanos);
    if (refusal != null || next == null) {
      refuse(previous, index, refusal == null ? ExtendRefusal.UNKNOWN_NODE : refusal);
    } else if (next.isStraight()) {
      open(previous, index, next, nowNanos);
    } else if (next.isConnected()) {
      refuse(
          previous, index, ExtendRefusal.UNREACHABLE); // but by a relay: two are a circuit's work
    } else if (waiting.stream().anyMatch(asked -> asked.isFor(previous, index))) {
      outlet.call(next, nowNanos); // asked again: the answer is still to come
    } else if (waiting.size() < WAITING_MAX) {
      waiting.add(new Waiting(previous, index, next, nowNanos));
      outlet.call(next, nowNanos);
    } else {
      refuse(previous, index, ExtendRefusal.BUSY);
    }
  }

  private @Nullable ExtendRefusal fault(
      Peer previous, int index, NodeId nextId, @Nullable Peer next, long nowNanos) {
    // A hop of ours must not find out whom we know: that would tell it who we are.
    if (!relays || previous.origin == Peer.Origin.HOP) {
      return ExtendRefusal.NO_RELAY;
    }
    Account account = account(previous, nowNanos);
    if (account.tokens < 1) {
      return ExtendRefusal.TOO_FAST;
    }
    account.tokens--;
    if (nextId.equals(own) || next == previous) {
      return ExtendRefusal.LOOP;
    }
    if (next == null) {
      return ExtendRefusal.UNKNOWN_NODE;
    }
    return shortage(account, previous, index, next);
  }

  /** Asked again when the next node was long in coming: others may have been quicker. */
  private @Nullable ExtendRefusal shortage(Account account, Peer previous, int index, Peer next) {
    RelayedCircuit known = circuits.find(index);
    if (known != null && known.previous() == previous.session && known.next() == next.session) {
      return null; // asked again: our answer was lost
    }
    if (index == 0 || known != null || epochs.find(index) != null) {
      return ExtendRefusal.INDEX_IN_USE;
    }
    boolean tooMany =
        account.circuits.size() >= limits.circuitsPerPeer()
            || halfBuilt(account) >= limits.halfBuiltPerPeer()
            || (account.guestsPrefix != null
                && guestsCircuits(account.guestsPrefix) >= limits.circuitsPerPrefix());
    if (tooMany) {
      return ExtendRefusal.TOO_MANY;
    }
    boolean loaded = loadNow > RelayLimits.LOAD_MAX && !account.leadsTo(next.session);
    boolean full = loaded || count >= limits.circuits();
    return full ? ExtendRefusal.BUSY : null;
  }

  /** Guests of one place may be one, for an identity costs nothing. */
  private int guestsCircuits(IpPrefix prefix) {
    int sum = 0;
    for (Account account : accounts.values()) {
      sum += prefix.equals(account.guestsPrefix) ? account.circuits.size() : 0;
    }
    return sum;
  }

  private static @Nullable IpPrefix guestsPrefix(Peer peer) {
    InetSocketAddress place = peer.session.endpoint();
    return peer.origin == Peer.Origin.GUEST && place != null
        ? IpPrefix.site(place.getAddress())
        : null;
  }

  private static int halfBuilt(Account account) {
    int halfBuilt = 0;
    for (RelayedCircuit circuit : account.circuits) {
      halfBuilt += circuit.isAnswered() ? 0 : 1;
    }
    return halfBuilt;
  }

  private void open(Peer previous, int index, Peer next, long nowNanos) {
    if (circuits.find(index) == null) {
      Account account = account(previous, nowNanos);
      RelayedCircuit circuit =
          new RelayedCircuit(index, previous.session, next.session, account.allowance, nowNanos);
      if (!circuits.add(circuit)) {
        refuse(previous, index, ExtendRefusal.INDEX_IN_USE);
        return;
      }
      account.circuits.add(circuit);
      count++;
    }
    counters.count("circuits_extended");
    outlet.send(previous, new ControlMessage.Extended(index));
  }

  private void openLate(Waiting asked, long nowNanos) {
    Account account = account(asked.previous(), nowNanos);
    ExtendRefusal refusal = shortage(account, asked.previous(), asked.index(), asked.next());
    if (refusal == null) {
      open(asked.previous(), asked.index(), asked.next(), nowNanos);
    } else {
      refuse(asked.previous(), asked.index(), refusal);
    }
  }

  private void refuse(Peer previous, int index, ExtendRefusal reason) {
    counters.count("extend_refused_" + reason.name());
    outlet.send(previous, new ControlMessage.ExtendRefused(index, reason));
  }

  void onRetract(Peer previous, int index) {
    waiting.removeIf(asked -> asked.isFor(previous, index));
    Account account = accounts.get(previous);
    RelayedCircuit circuit = circuits.find(index);
    if (account != null && circuit != null && account.circuits.remove(circuit)) {
      circuits.remove(circuit);
      count--;
    }
  }

  /** The peer is gone, and its circuits with it. */
  void onGone(Peer previous) {
    waiting.removeIf(asked -> asked.previous() == previous);
    Account account = accounts.remove(previous);
    if (account != null) {
      account.circuits.forEach(circuits::remove);
      count -= account.circuits.size();
    }
  }

  void onTick(long nowNanos) {
    loadNow = load.at(nowNanos);
    for (Iterator<Waiting> i = waiting.iterator(); i.hasNext(); ) {
      Waiting asked = i.next();
      if (asked.next().isStraight()) {
        i.remove();
        openLate(asked, nowNanos);
      } else if (nowNanos - asked.sinceNanos() >= REACH_WITHIN_NANOS) {
        i.remove();
        refuse(asked.previous(), asked.index(), ExtendRefusal.UNREACHABLE);
      }
    }
    for (Iterator<Account> i = accounts.values().iterator(); i.hasNext(); ) {
      Account account = i.next();
      account.circuits.removeIf(circuit -> expire(circuit, nowNanos));
      if (account.circuits.isEmpty() && nowNanos - account.refilledNanos >= IDLE_NANOS) {
        i.remove();
      }
    }
  }

  private boolean expire(RelayedCircuit circuit, long nowNanos) {
    long life = circuit.isAnswered() ? IDLE_NANOS : HALF_BUILT_NANOS;
    long since = circuit.isAnswered() ? circuit.usedNanos() : circuit.madeNanos();
    boolean over = nowNanos - since >= life;
    if (over) {
      circuits.remove(circuit);
      count--;
    }
    return over;
  }

  private Account account(Peer peer, long nowNanos) {
    double burst = 2.0 * limits.extendsPerSecond();
    Account account =
        accounts.computeIfAbsent(
            peer,
            _ ->
                new Account(
                    new Allowance(limits.bitsPerSecondPerPeer(), nowNanos),
                    guestsPrefix(peer),
                    burst,
                    nowNanos));
    double refill = (nowNanos - account.refilledNanos) * (double) limits.extendsPerSecond() / 1e9;
    account.tokens = Math.min(burst, account.tokens + refill);
    account.refilledNanos = nowNanos;
    return account;
  }
}
