package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.dataplane.DataPlaneEvents;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.CountryFromFile;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.identity.InviteToken;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.names.NameTable;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.wire.ControlMessage;

/**
 * The control plane as the rest of the node sees it. Its methods may be called by any thread: each
 * hands its work to the control thread and waits for the answer, briefly.
 */
public final class ControlPlane implements AutoCloseable {
  private final Settings settings;
  private final InitiationSieve sieve;
  private final ControlLoop loop;
  private volatile boolean started;
  private final ControlCounters counters = new ControlCounters();
  private final SecureRandom random = new SecureRandom();
  private final PeerBook peers;
  private final Invites invites;
  private final GuardBook guards;
  private volatile @Nullable Controller controller;
  private volatile @Nullable DataPlane dataPlane;
  private @Nullable Handshakes handshakes;
  private volatile @Nullable RelayGauge relayGauge;

  /**
   * What the control plane needs to know.
   *
   * @param statePath where known peers and invites are kept
   * @param network the private network that this node is in, or null
   * @param puzzle what a key must have cost whose adverts this node believes
   */
  public record Settings(
      Identity identity,
      Suite suite,
      String name,
      Path statePath,
      TimestampStore timestamps,
      @Nullable NetworkKey network,
      WorkPuzzle puzzle,
      @Nullable CountryFromFile countries) {
    /** For a node of no private network, to whom keys may have cost nothing. */
    public Settings(
        Identity identity, Suite suite, String name, Path statePath, TimestampStore timestamps) {
      this(identity, suite, name, statePath, timestamps, null, new WorkPuzzle(0), null);
    }

    /** What others of a private network say of themselves is kept apart. */
    Path advertFile() {
      String file = "adverts";
      if (network != null) {
        byte[] label = network.derive("p2pvpn state folder 1");
        file += "-" + HexFormat.of().formatHex(label, 0, 4);
      }
      return statePath.resolve(file);
    }
  }

  /** What the node is told; on the control thread, so it takes note and returns. */
  public interface Events {
    void onConnected(NodeId peer, String name);

    void onRefused(NodeId peer, String name, String why);

    /** The exit of a class lent other addresses than before, or a former one is left. */
    void onLease(TrafficClass traffic, Lent lent);

    /** Is anything of this host still connected from there? {@link Paths#onUnused} says no. */
    default void onFormer(TrafficClass traffic, ControlMessage.LeaseGrant lease) {}

    /** Something was measured that is worth remembering. */
    default void onObserved(Observation what) {}
  }

  public ControlPlane(Settings settings) {
    this.settings = settings;
    NodeId own = NodeId.ofPublicKey(settings.identity().signingKey());
    peers = new PeerBook(settings.statePath().resolve("peers"), Peer.overlayAddresses(own));
    sieve = new InitiationSieve(random, System.nanoTime());
    loop = new ControlLoop(sieve);
    guards = GuardBook.open(settings.statePath().resolve("guards"));
    invites = new Invites(settings.statePath().resolve("invites"), random);
  }

  /** Where the data plane reports to. */
  public DataPlaneEvents dataPlaneEvents() {
    return loop;
  }

  /**
   * Takes the data plane. Between this and {@link #start} peers, exit and leases are set without a
   * handshake coming in between, which would find a node that knows nobody.
   *
   * @param shards the data plane's
   */
  public void attach(DataPlane newDataPlane, int shards, Events events) {
    Controller made =
        new Controller(
            settings, newDataPlane, peers, invites, random, counters, new Translated(events));
    Handshakes hands =
        new Handshakes(
            settings.identity(),
            settings.suite(),
            newDataPlane,
            shards,
            sieve,
            settings.timestamps(),
            random,
            counters,
            made,
            settings.network(),
            System.nanoTime());
    made.roster().countries(settings.countries());
    if (settings.network() != null) {
      made.network().letMembersIn(peers);
    }
    made.handshakes(hands);
    handshakes = hands;
    dataPlane = newDataPlane;
    controller = made;
  }

  /**
   * From now on this node is heard and hears on its own links. Before {@link #start}.
   *
   * @param strangersJoin whether everybody on them may know this node and join it
   */
  public LanControl openLan(boolean strangersJoin) {
    LanControl.Calls calls =
        new LanControl.Calls(running(), Objects.requireNonNull(handshakes), plane());
    Lan lan = LanControl.open(settings, strangersJoin, peers, random, calls);
    running().network().lan(lan);
    return new LanControl(loop::call, lan, plane().udpPort());
  }

  /** From here on the control thread runs. */
  public void start() {
    started = true;
    loop.start(running());
  }

  public boolean isStarted() {
    return started;
  }

  /** The peers that earlier runs knew. Before {@link #start}. */
  public List<NodeAddress> known() {
    return peers.readKnown();
  }

  /**
   * Adds a peer, or what is new about one.
   *
   * @param endpoints of the address line, looked up
   * @param wanted whether to connect now and stay connected
   */
  public void addPeer(
      NodeAddress address,
      @Nullable String operatorName,
      String origin,
      List<InetSocketAddress> endpoints,
      boolean wanted) {
    Peer.Origin from = Peer.Origin.valueOf(origin.toUpperCase(java.util.Locale.ROOT));
    ask(
        () -> {
          long now = System.nanoTime();
          Peer peer = peers.add(address, operatorName, from, endpoints, now);
          peer.wanted |= wanted;
          running().onPeerAdded(peer, now);
          return peer;
        });
  }

  /** The names that the operator gives to nodes. */
  public void name(Map<String, NodeId> names) {
    ask(
        () -> {
          running().network().names().operators(names);
          return names;
        });
  }

  /** What nodes are called now; any thread, at once. */
  public NameTable names() {
    return running().network().names().table();
  }

  /** The way of our traffic. */
  public Paths paths() {
    return new Paths(this::running, peers, guards, random, this::ask);
  }

  /** This host's own addresses with our port, as they are now; any thread, at once. */
  public void localAddresses(List<InetSocketAddress> addresses) {
    List<InetSocketAddress> now = List.copyOf(addresses);
    ask(
        () -> {
          running().reach().onLocal(now);
          return now;
        });
  }

  /** The host's addresses or routes are others than before: peers are told at once. */
  public void moved(List<InetSocketAddress> addresses) {
    List<InetSocketAddress> there = List.copyOf(addresses);
    loop.call(() -> running().reach().onMoved(there, System.nanoTime()));
  }

  /** Where others see us, when that is not one of our own addresses. */
  public List<InetSocketAddress> observedEndpoints() {
    return running().reach().observed();
  }

  /** Who is out there. */
  public Finder finder() {
    return new Finder(this::running, peers, this::ask);
  }

  /** From now on others hear this of us; asked every few seconds, on the control thread. */
  public void advertise(Supplier<Claims> claims) {
    ask(
        () -> {
          Coordinates coordinates = running().roster().coordinates();
          running().network().adverts().advertise(() -> coordinates.in(claims.get()));
          return settings;
        });
  }

  /**
   * What earlier runs observed. Returns at once; false when the control thread has too much to do
   * and it is forgotten.
   *
   * @param past the control thread's own from here on
   */
  public boolean recall(Observations past) {
    Map<NodeId, Measurements> figures = Recalled.figures(past.histories().values());
    return loop.call(() -> running().roster().recall(past, figures));
  }

  /** The node id that a name, an id's beginning or an overlay address means. */
  public NodeId find(String peer) {
    return ask(() -> peers.find(peer).id);
  }

  /**
   * How much of others' traffic this node carries.
   *
   * @param limits null for none at all
   * @param cpu the share of the processors that this process uses, 0 to 1; asked once a second
   */
  public void relay(@Nullable RelayLimits limits, DoubleSupplier cpu) {
    ask(
        () -> {
          if (limits == null) {
            running().relayDesk().close();
          } else {
            RelayGauge gauge = new RelayGauge(plane(), limits.bitsPerSecond(), cpu);
            relayGauge = gauge;
            running().relayDesk().set(limits, gauge, System.nanoTime());
          }
          return settings;
        });
  }

  /** How loaded this node is with others' traffic, 0 to 1, a second ago. */
  public double relayLoad() {
    RelayGauge gauge = relayGauge;
    return gauge == null ? 0 : gauge.last();
  }

  /** Clients that ask for a lease before {@link #serve} get no answer instead of a refusal. */
  public void announceExit() {
    ask(
        () -> {
          running().lender().announce();
          return settings;
        });
  }

  /** From now on clients are lent addresses. */
  public void serve(LeaseDesk desk) {
    ask(
        () -> {
          running().lender().open(desk);
          return desk;
        });
  }

  /** An invite's token. */
  public InviteToken issueToken(Duration life, boolean reusable) {
    return ask(() -> invites.issue(life, reusable, System.currentTimeMillis()));
  }

  /**
   * One echo.
   *
   * @return nanoseconds, or -1 when nothing came back in time
   */
  public long ping(String node, Duration timeout) {
    Peer peer = ask(() -> peers.find(node));
    long began = System.nanoTime();
    long id = ask(() -> running().ping(peer, System.nanoTime()));
    while (System.nanoTime() - began < timeout.toNanos()) {
      Long rtt = ask(() -> peer.echo.rttNanos(id));
      if (rtt >= 0) {
        return rtt;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return -1;
      }
    }
    return -1;
  }

  /** What is known and what goes on, for {@code status} and {@code peers}. */
  public ControlSnapshot snapshot() {
    return ask(() -> ControlSnapshot.of(running(), peers, counters, plane()));
  }

  /** How others are reached, and where they see us. */
  public NetcheckReport netcheck() {
    ControlSnapshot now = snapshot();
    return ask(
        () ->
            new Netcheck(running().reach(), peers)
                .report(plane().udpPort(), now.peers(), now.relayedCircuits(), System.nanoTime()));
  }

  /** Tells the peers that we stop, so that they need not find out. */
  public void leave() {
    ask(
        () -> {
          running().leave();
          peers.writeKnown();
          running().network().save();
          guards.save();
          return peers;
        });
  }

  @Override
  public void close() {
    loop.close();
  }

  private Controller running() {
    Controller made = controller;
    if (made == null) {
      throw new IllegalStateException("not started");
    }
    return made;
  }

  private DataPlane plane() {
    DataPlane made = dataPlane;
    if (made == null) {
      throw new IllegalStateException("not started");
    }
    return made;
  }

  private <T> T ask(Supplier<T> question) {
    return started ? loop.ask(question) : question.get();
  }
}
