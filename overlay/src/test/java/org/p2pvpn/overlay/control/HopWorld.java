package org.p2pvpn.overlay.control;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.score.Candidate;
import org.p2pvpn.overlay.score.Claims;
import org.p2pvpn.overlay.score.Figure;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.score.NodeTable;
import org.p2pvpn.overlay.score.PathScore;
import org.p2pvpn.overlay.score.Preset;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.p2pvpn.overlay.wire.Frame;

/**
 * The nodes around {@link Circuits}: whatever it sends is written down, and answered at the next
 * step by relays that work. In virtual time.
 */
final class HopWorld implements CircuitOutlet, Planner {
  static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);

  final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  final ControlCounters counters = new ControlCounters();
  final SwitchLog switches = new SwitchLog(counters);
  final Circuits circuits = new Circuits(book, counters, switches, new SecureRandom(), this);
  final List<Peer> relays = new ArrayList<>();
  final Peer exitNode = TestPeers.add(book, 50, "exit", Peer.Origin.CONFIG);

  /** When there are two, none is pinned. */
  @Nullable Peer otherExit;

  /** Whether {@link #changeExit} takes what it is offered. */
  boolean takesExits;

  final List<CircuitPath> taken = new ArrayList<>();

  /** Nodes at the end of a path that answer no probe. */
  final Set<String> silent = new HashSet<>();

  /** What happened, in order. */
  final List<String> log = new ArrayList<>();

  /** What the planner was told of nodes. */
  final List<String> learned = new ArrayList<>();

  final Set<String> deaf = new HashSet<>();
  final Set<String> mute = new HashSet<>();
  final Map<String, ExtendRefusal> refusing = new HashMap<>();
  final List<byte[]> probes = new ArrayList<>();

  /** Those that measure a path, answered at the next step. */
  final List<byte[]> asides = new ArrayList<>();

  /** By guard, the share of {@link #asides} that is lost. */
  final Map<String, Double> losses = new HashMap<>();

  /** By guard, what it does to large ones. */
  final Map<String, Long> largeDelays = new HashMap<>();

  private final List<Echo> echoes = new ArrayList<>();

  /** By guard, how loaded it says it is. */
  final Map<String, Double> loads = new HashMap<>();

  private final Random random = new Random(1);

  /** Probes that the planner was told of. */
  int probed;

  final List<List<NodeId>> avoided = new ArrayList<>();
  final Set<Peer> forgotten = new HashSet<>();

  /** Circuits that the guards hold for us: guard's name and index. */
  final Set<String> held = new HashSet<>();

  private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
  private int nextIndex = 1000;
  private int relayCount;
  private @Nullable Peer exit;
  long now = 1_000_000_000_000L;

  HopWorld(int relayCount) {
    for (int i = 0; i < relayCount; i++) {
      relays.add(TestPeers.add(book, i + 1, "relay-" + (i + 1), Peer.Origin.CONFIG));
    }
  }

  Peer use(int hops) {
    relayCount = hops - 1;
    circuits.use(this, now);
    circuits.onTick(now);
    return exit == null ? exitNode : exit;
  }

  /** The exit that it was told of last. */
  @Nullable Peer inUse() {
    return exit;
  }

  /** One tick, and everything that is answered meanwhile. */
  void step() {
    now += TICK;
    for (Peer hop : book.passing()) {
      HandshakeRetry retry = hop.retry;
      if (retry != null && retry.isDue(now)) {
        hop.retry = retry.afterSending(now, new SecureRandom());
        circuits.initiate(hop);
      }
    }
    circuits.onTick(now);
    answer();
  }

  void steps(long nanos) {
    for (long end = now + nanos; now < end; ) {
      step();
    }
  }

  private void answer() {
    List<Runnable> due = new ArrayList<>(answers);
    answers.clear();
    due.forEach(Runnable::run);
    List<Echo> arriving = echoes.stream().filter(echo -> echo.dueNanos() <= now).toList();
    echoes.removeAll(arriving);
    arriving.forEach(echo -> echo.arrival().run());
  }

  /** Until both paths stand. */
  void open() {
    for (int i = 0; i < 200; i++) {
      step();
      List<CircuitReport> reports = circuits.reports();
      if (reports.size() >= 2 && reports.stream().allMatch(path -> path.state().equals("open"))) {
        return;
      }
    }
    throw new AssertionError("not open: " + circuits.reports() + "\n" + String.join("\n", log));
  }

  @Override
  public Planner.Plan plan(
      @Nullable NodeId pinned,
      @Nullable CircuitPath beside,
      List<NodeId> avoid,
      long nowEpochSecond) {
    avoided.add(List.copyOf(avoid));
    List<Peer> liked = new ArrayList<>();
    List<Peer> others = new ArrayList<>();
    for (Peer relay : relays) {
      if (beside == null || beside.relays().stream().noneMatch(it -> it.id.equals(relay.id))) {
        (avoid.contains(relay.id) ? others : liked).add(relay);
      }
    }
    liked.addAll(others);
    if (liked.size() < relayCount) {
      return new Planner.Plan(List.of(), "no " + relayCount + " relays to reach the exit by");
    }
    List<Peer> hops = new ArrayList<>(liked.subList(0, relayCount));
    Peer other = otherExit;
    boolean elsewhere = pinned == null ? avoid.contains(exitNode.id) : !pinned.equals(exitNode.id);
    hops.add(other != null && elsewhere ? other : exitNode);
    return new Planner.Plan(hops, "");
  }

  @Override
  public PathScore score(CircuitPath path, PathScore.Probes says, long nowEpochSecond) {
    List<Candidate> candidates = new ArrayList<>();
    for (Peer hop : path.hops()) {
      double load = loads.getOrDefault(hop.name, 0.0);
      candidates.add(
          new Candidate(
              hop.id, Claims.NOTHING, Measurements.NOTHING.withLoad(load), Figure.derived(1)));
    }
    NodeTable table = new NodeTable(candidates, Map.of(), null, nowEpochSecond);
    List<NodeId> ids = path.hops().stream().map(hop -> hop.id).toList();
    return PathScore.of(
        table, new org.p2pvpn.overlay.score.Path(ids), Preset.BALANCED.weights(), says);
  }

  @Override
  public void onProbed(CircuitPath path, int decided, int lost, Moment at) {
    probed += decided;
  }

  @Override
  public boolean isPinned() {
    return otherExit == null;
  }

  @Override
  public List<Peer> standby(CircuitPath active, List<NodeId> avoid, long nowEpochSecond) {
    return otherExit == null || avoid.contains(otherExit.id)
        ? List.of()
        : List.of(relays.getLast(), otherExit);
  }

  @Override
  public void onOpen(CircuitPath path, Moment at) {}

  @Override
  public void onFailure(Peer hop, boolean isGuard, Moment at) {
    learned.add(hop.name + " failed");
  }

  @Override
  public void onBusy(Peer relay, Moment at) {
    learned.add(relay.name + " is busy");
  }

  @Override
  public void onBroken(Peer hop, Observation.How how, Moment at) {
    learned.add(hop.name + " " + how);
  }

  @Override
  public void onCarried(CircuitPath path, long bytes, Moment at) {
    learned.add(path.hops().getFirst().name + " carried " + bytes);
  }

  @Override
  public boolean changeExit(CircuitPath standby, long nowNanos) {
    if (takesExits) {
      taken.add(standby);
    }
    return takesExits;
  }

  @Override
  public void onExit(Peer newExit, long nowNanos) {
    exit = newExit;
  }

  @Override
  public long ping(Peer peer, long nowNanos) {
    if (!deaf.contains(peer.name)) {
      echoes.add(new Echo(now + 1, () -> peer.session.onReceived(0, now)));
    }
    return 0;
  }

  @Override
  public void send(Peer peer, ControlMessage message) {
    switch (message) {
      case ControlMessage.Extend(int index, NodeId next) -> extend(peer, index, next);
      case ControlMessage.Retract(int index) -> {
        // Sealed a moment later, by another thread; by then the keys may be gone.
        answers.add(
            () -> {
              if (peer.isConnected()) {
                log.add("retract " + index + " at " + peer.name);
                held.remove(peer.name + " " + index);
              }
            });
      }
      default -> throw new AssertionError(message);
    }
  }

  private void extend(Peer relay, int index, NodeId next) {
    Peer known = book.get(next);
    log.add(relay.name + " extends to " + (known == null ? "?" : known.name));
    ExtendRefusal refusal = refusing.get(relay.name);
    if (deaf.contains(relay.name)) {
      return;
    }
    if (refusal != null) {
      answers.add(() -> circuits.onExtendRefused(relay, index, refusal, now));
      return;
    }
    held.add(relay.name + " " + index);
    answers.add(() -> circuits.onExtended(relay, index, now));
  }

  @Override
  public void probe(Session session, byte[] frame) {
    probes.add(frame);
  }

  @Override
  public void probe(Session session, @Nullable Way way, byte[] frame) {
    if (way == null) {
      throw new AssertionError("these paths have relays");
    }
    asides.add(frame);
    String guard =
        relays.stream()
            .filter(relay -> relay.session == way.guard())
            .map(relay -> relay.name)
            .findFirst()
            .orElse("");
    Peer end = book.of(session);
    boolean isSilent = end != null && silent.contains(end.name);
    if (!isSilent
        && !deaf.contains(guard)
        && random.nextDouble() >= losses.getOrDefault(guard, 0.0)) {
      byte[] echo = frame.clone();
      echo[0] = Frame.ECHO_ASIDE;
      long due = now + TICK + (frame.length > 1000 ? largeDelays.getOrDefault(guard, 0L) : 0);
      echoes.add(new Echo(due, () -> circuits.onEcho(session, echo, now)));
    }
  }

  private record Echo(long dueNanos, Runnable arrival) {}

  @Override
  public void call(Peer peer, long nowNanos) {
    if (peer.retry != null && !peer.retry.isResting(nowNanos)) {
      return;
    }
    peer.retry = HandshakeRetry.first(nowNanos, new SecureRandom());
    if (peer.origin == Peer.Origin.HOP) {
      circuits.initiate(peer);
      return;
    }
    log.add("call " + peer.name);
    if (!deaf.contains(peer.name)) {
      answers.add(() -> establish(peer, newIndex(peer), null));
    }
  }

  @Override
  public void initiate(Peer hop, int index, Way way, long nowNanos) {
    log.add("initiate " + hop.name + " behind " + way.hops().size());
    if (!deaf.contains(hop.name) && !mute.contains(hop.name)) {
      answers.add(() -> establish(hop, index, way));
    }
  }

  /** As Handshakes and the controller do when the response comes. */
  void establish(Peer peer, int index, @Nullable Way way) {
    if (way != null) {
      peer.session.way(way);
    }
    Epoch epoch =
        new Epoch(peer.session, Epochs.keys(Suite.AESGCM_SHA256, 1, 2), index, index, true, 1, now);
    peer.epochs.add(epoch);
    peer.session.sendWith(epoch);
    peer.session.onReceived(0, now);
    peer.retry = null;
  }

  @Override
  public int newIndex(Peer hop) {
    return nextIndex++;
  }

  @Override
  public void forget(Peer hop, long nowNanos) {
    log.add("forget " + hop.name);
    forgotten.add(hop);
    hop.session.sendWith(null);
    hop.epochs.clear();
    book.forget(hop);
  }

  long count(String counter) {
    Map<String, Long> sums = new TreeMap<>();
    counters.addTo(sums);
    return sums.getOrDefault(counter, 0L);
  }
}
