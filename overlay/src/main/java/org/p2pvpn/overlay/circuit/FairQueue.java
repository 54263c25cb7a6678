package org.p2pvpn.overlay.circuit;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;

/**
 * Who goes next when not everything that is relayed can go: deficit round robin (Shreedhar and
 * Varghese; as RFC 8290 has it) over the peers that circuits come from, and within a peer over its
 * circuits, each way by itself. So ten circuits of one peer get what one circuit of another gets.
 *
 * <p>A peer that used up its own allowance rests until there is some again. What waited for too
 * long is dropped, oldest first; over the budget whoever has the most waiting loses.
 *
 * <p>No clock and no socket: those are told and asked. One thread; a moment's {@link Allowance} and
 * {@link RelayBandwidth} are shared with other shards.
 */
public final class FairQueue {
  /** Ours: all shards together, 50 ms of 2.6 Gbit/s. Over it the longest queue is cut. */
  public static final int BUDGET_BYTES = 16 << 20;

  /** {@link #drain}: nothing waits, or the socket must become writable first. */
  public static final long NOTHING = Long.MAX_VALUE;

  /** Ours: ten times RFC 8289's target; TCP has long noticed by then. */
  static final long SOJOURN_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /**
   * Ours: for probes and acknowledgements, which cost little and cannot be sent less often. A probe
   * that dies with the flood around it would end a path that works.
   */
  static final long SMALL_SOJOURN_MAX_NANOS = 4 * SOJOURN_MAX_NANOS;

  private static final int SMALL_BYTES = 512;

  /** RFC 8290 section 4.1.3: half of the longest queue, but not more at a time than this. */
  private static final int CUT_CELLS_MAX = 128;

  /** Ours: while another shard has its turn. */
  private static final long OTHERS_TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static final int DATAGRAM_BYTES_MAX = 65_535;

  private final int shard;
  private final RelayBandwidth bandwidth;
  private final Allowance total;
  private final Counters counters;
  private final DatagramStore store;
  private final int laneCellsMax;

  private final Map<Session, PeerQueue> peers = new HashMap<>();
  private final Map<RelayedCircuit, Lane> forward = new HashMap<>();
  private final Map<RelayedCircuit, Lane> back = new HashMap<>();

  /** Peers whose turn will come; the first one's is now. */
  private final ArrayDeque<PeerQueue> ring = new ArrayDeque<>();

  private final PriorityQueue<PeerQueue> resting =
      new PriorityQueue<>(Comparator.comparingLong(peer -> peer.restsUntilNanos));

  private final byte[] taken = new byte[DATAGRAM_BYTES_MAX];

  /** Where a datagram goes when its turn has come. */
  public interface Outlet {
    boolean isWritable();

    /** {@code toNext}: forward; else back. The bytes stand at the array's beginning. */
    void send(RelayedCircuit circuit, boolean toNext, byte[] datagram, int bytes, long nowNanos);
  }

  private static final class PeerQueue {
    final Session session;
    final Allowance allowance;
    final ArrayDeque<Lane> lanes = new ArrayDeque<>(2);
    int cells;
    int deficitBytes;
    long restsUntilNanos;

    /** It rested for what it needs, whatever its traffic on other shards took meanwhile. */
    boolean rested;

    PeerQueue(Session session, Allowance allowance) {
      this.session = session;
      this.allowance = allowance;
    }
  }

  /** One way of one circuit. */
  private static final class Lane {
    final RelayedCircuit circuit;
    final boolean toNext;
    final PeerQueue peer;
    int first = DatagramStore.NONE;
    int last = DatagramStore.NONE;
    int cells;
    int deficitBytes;

    Lane(RelayedCircuit circuit, boolean toNext, PeerQueue peer) {
      this.circuit = circuit;
      this.toNext = toNext;
      this.peer = peer;
    }
  }

  /** {@code budgetBytes}: this shard's. */
  public FairQueue(int shard, int budgetBytes, RelayBandwidth bandwidth, Counters counters) {
    this.shard = shard;
    this.bandwidth = bandwidth;
    this.total = bandwidth.total();
    this.counters = counters;
    store = new DatagramStore(budgetBytes);
    laneCellsMax = store.capacityCells() / 4;
  }

  public boolean isEmpty() {
    return peers.isEmpty();
  }

  /** How much of the budget is used. */
  public int usedBytes() {
    return (store.capacityCells() - store.freeCells()) * DatagramStore.CELL_BYTES;
  }

  /**
   * Whether a datagram may go at once, and then it is paid for. Without limits and with nothing
   * waiting that costs three comparisons.
   */
  public boolean passes(RelayedCircuit circuit, int bytes, boolean writable, long nowNanos) {
    if (!writable || !ring.isEmpty()) {
      return false;
    }
    Allowance own = circuit.allowance();
    if (!peers.isEmpty() && peers.containsKey(circuit.previous())) {
      return false; // it rests: what came before goes before
    }
    if (total.isLimited() && (total.waitNanos(nowNanos) > 0 || bandwidth.othersWait(shard))) {
      return false;
    }
    if (own.waitNanos(nowNanos) > 0) {
      return false;
    }
    total.spend(bytes, nowNanos);
    own.spend(bytes, nowNanos);
    return true;
  }

  /** {@link Verdict#PASSED} when it was kept. */
  public Verdict enqueue(
      RelayedCircuit circuit, boolean toNext, byte[] datagram, int at, int bytes, long nowNanos) {
    int cells = DatagramStore.cells(bytes);
    Lane lane = lane(circuit, toNext);
    if (lane.cells + cells > laneCellsMax) {
      return Verdict.RELAY_FULL;
    }
    while (store.freeCells() < cells) {
      cutLongest(lane.peer);
    }
    int kept = store.put(datagram, at, bytes, nowNanos);
    if (lane.first == DatagramStore.NONE) {
      lane.first = kept;
    } else {
      store.follow(lane.last, kept);
    }
    lane.last = kept;
    lane.cells += cells;
    lane.peer.cells += cells;
    counters.add(Meter.RELAY_WAITED_DATAGRAMS, 1);
    counters.add(Meter.RELAY_QUEUED_BYTES, bytes);
    return Verdict.PASSED;
  }

  private Lane lane(RelayedCircuit circuit, boolean toNext) {
    Map<RelayedCircuit, Lane> lanes = toNext ? forward : back;
    Lane lane = lanes.get(circuit);
    if (lane == null) {
      PeerQueue peer = peers.get(circuit.previous());
      if (peer == null) {
        peer = new PeerQueue(circuit.previous(), circuit.allowance());
        peers.put(circuit.previous(), peer);
        ring.add(peer);
      }
      lane = new Lane(circuit, toNext, peer);
      lanes.put(circuit, lane);
      peer.lanes.add(lane);
    }
    return lane;
  }

  /**
   * Makes room where the most waits. Whoever brings more than the average is not looked for: it is
   * this one, so a flood costs no search.
   */
  private void cutLongest(PeerQueue arriving) {
    int used = store.capacityCells() - store.freeCells();
    PeerQueue longest = arriving;
    if ((long) arriving.cells * peers.size() < used) {
      for (PeerQueue peer : peers.values()) {
        longest = peer.cells > longest.cells ? peer : longest;
      }
    }
    Lane victim = null;
    for (Lane lane : longest.lanes) {
      victim = victim == null || lane.cells > victim.cells ? lane : victim;
    }
    if (victim == null || victim.cells == 0) {
      throw new IllegalStateException("the store is full of nothing");
    }
    int left = victim.cells - Math.min(CUT_CELLS_MAX, Math.ceilDiv(victim.cells, 2));
    while (victim.cells > left) {
      counters.count(Verdict.RELAY_FULL);
      removeFirst(victim);
    }
  }

  private void removeFirst(Lane lane) {
    int first = lane.first;
    int bytes = store.length(first);
    lane.first = store.next(first);
    lane.cells -= DatagramStore.cells(bytes);
    lane.peer.cells -= DatagramStore.cells(bytes);
    store.remove(first);
    counters.add(Meter.RELAY_QUEUED_BYTES, -bytes);
  }

  /**
   * Sends what may go.
   *
   * @return how long until more may, or {@link #NOTHING}
   */
  public long drain(Outlet outlet, long nowNanos) {
    int turnBytes = total.chunkBytes();
    wake(nowNanos);
    while (!ring.isEmpty() && outlet.isWritable()) {
      if (total.isLimited()) {
        bandwidth.begin(shard);
        long wait = total.waitNanos(nowNanos);
        if (wait > 0 || bandwidth.isAhead(shard, turnBytes)) {
          return Math.max(wait, OTHERS_TURN_NANOS);
        }
      }
      turn(ring.getFirst(), outlet, turnBytes, nowNanos);
    }
    bandwidth.end(shard);
    return ring.isEmpty() && !resting.isEmpty()
        ? Math.max(1, resting.element().restsUntilNanos - nowNanos)
        : NOTHING;
  }

  private void wake(long nowNanos) {
    while (!resting.isEmpty() && resting.element().restsUntilNanos - nowNanos <= 0) {
      PeerQueue peer = resting.remove();
      peer.rested = true;
      ring.add(peer);
    }
  }

  /** One step: a datagram, or the next one's turn. One in debt is not let go for being empty. */
  private void turn(PeerQueue peer, Outlet outlet, int turnBytes, long nowNanos) {
    if (peer.deficitBytes <= 0) {
      peer.deficitBytes += turnBytes;
      ring.add(ring.remove());
      return;
    }
    if (peer.lanes.isEmpty()) {
      ring.remove();
      peers.remove(peer.session);
      return;
    }
    Lane lane = peer.lanes.getFirst();
    if (lane.deficitBytes <= 0) {
      lane.deficitBytes += turnBytes;
      peer.lanes.add(peer.lanes.remove());
      return;
    }
    if (lane.first == DatagramStore.NONE) {
      peer.lanes.remove();
      (lane.toNext ? forward : back).remove(lane.circuit);
      return;
    }
    long rest = peer.rested ? 0 : peer.allowance.waitNanos(nowNanos);
    if (rest > 0) {
      ring.remove();
      peer.restsUntilNanos = nowNanos + rest;
      resting.add(peer);
      return;
    }
    peer.rested = false;
    dropStale(lane, nowNanos);
    send(lane, outlet, nowNanos);
  }

  /** But not the last one: at a low rate everything is late, and something must go. */
  private void dropStale(Lane lane, long nowNanos) {
    while (lane.first != lane.last && isStale(lane.first, nowNanos)) {
      counters.count(Verdict.RELAY_LATE);
      removeFirst(lane);
    }
  }

  private boolean isStale(int datagram, long nowNanos) {
    boolean small = store.length(datagram) <= SMALL_BYTES;
    long waitedNanos = nowNanos - store.sinceNanos(datagram);
    return waitedNanos > (small ? SMALL_SOJOURN_MAX_NANOS : SOJOURN_MAX_NANOS);
  }

  private void send(Lane lane, Outlet outlet, long nowNanos) {
    int bytes = store.length(lane.first);
    store.copy(lane.first, taken);
    removeFirst(lane);
    lane.deficitBytes -= bytes;
    lane.peer.deficitBytes -= bytes;
    total.spend(bytes, nowNanos);
    lane.peer.allowance.spend(bytes, nowNanos);
    if (total.isLimited()) {
      bandwidth.give(shard, bytes, ring.size());
    }
    outlet.send(lane.circuit, lane.toNext, taken, bytes, nowNanos);
  }
}
