package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.dataplane.DataPlaneEvents;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.identity.InviteToken;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.wire.ControlMessage;

/**
 * The control plane as the rest of the node sees it. Its methods may be called by any thread: each
 * hands its work to the control thread and waits for the answer, briefly.
 */
public final class ControlPlane implements AutoCloseable {
  /** The control thread answers in microseconds; a wait this long means that it is stuck. */
  private static final long ANSWER_SECONDS_MAX = 5;

  private final Settings settings;
  private final ControlLoop loop = new ControlLoop();
  private volatile boolean started;
  private final ControlCounters counters = new ControlCounters();
  private final SecureRandom random = new SecureRandom();
  private final PeerBook peers;
  private final Invites invites;
  private final GuardBook guards;
  private volatile @Nullable Controller controller;
  private volatile @Nullable DataPlane dataPlane;
  private volatile @Nullable RelayGauge relayGauge;

  /**
   * What the control plane needs to know.
   *
   * @param statePath where known peers and invites are kept
   */
  public record Settings(
      Identity identity, Suite suite, String name, Path statePath, TimestampStore timestamps) {}

  /** What the node is told; on the control thread, so it takes note and returns. */
  public interface Events {
    void onConnected(NodeId peer, String name);

    void onRefused(NodeId peer, String name, String why);

    void onLease(ControlMessage.LeaseGrant lease);

    /** Something was measured that is worth remembering. */
    default void onObserved(Observation what) {}
  }

  public ControlPlane(Settings settings) {
    this.settings = settings;
    NodeId own = NodeId.ofPublicKey(settings.identity().signingKey());
    peers = new PeerBook(settings.statePath().resolve("peers"), Peer.overlayAddresses(own));
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
            settings.name(),
            settings.identity(),
            settings.statePath().resolve("adverts"),
            newDataPlane,
            peers,
            invites,
            random,
            counters,
            new Translated(events));
    made.handshakes(
        new Handshakes(
            settings.identity(),
            settings.suite(),
            newDataPlane,
            shards,
            settings.timestamps(),
            random,
            counters,
            made,
            System.nanoTime()));
    dataPlane = newDataPlane;
    controller = made;
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

  /** The way of our traffic. */
  public Paths paths() {
    return new Paths(this::running, peers, guards, random, this::ask);
  }

  /** Who is out there. */
  public Finder finder() {
    return new Finder(this::running, peers, this::ask);
  }

  /** From now on others hear this of us; asked once a second, on the control thread. */
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
    if (!started) {
      return question.get();
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean taken =
        loop.call(
            () -> {
              try {
                answer.complete(question.get());
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      if (taken) {
        return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ControlException mistake) {
        throw mistake;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException _) {
      // Told below.
    }
    throw new ControlException(1, "the control thread does not answer", "p2pvpn status");
  }

  private record Translated(Events to) implements Controller.Events {
    @Override
    public void onConnected(Peer peer) {
      to.onConnected(peer.id, peer.name);
    }

    @Override
    public void onRefused(Peer peer, String why) {
      to.onRefused(peer.id, peer.name, why);
    }

    @Override
    public void onLease(ControlMessage.LeaseGrant lease) {
      to.onLease(lease);
    }

    @Override
    public void onObserved(Observation what) {
      to.onObserved(what);
    }
  }
}
