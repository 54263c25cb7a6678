package org.p2pvpn.overlay.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.discovery.advert.CountryFromFile;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.host.Uplinks;
import org.p2pvpn.overlay.identity.NetworkTerms;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Ledger;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.transport.Driver;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.linux.LinuxTun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node: identity, TUN device, data plane, control plane and what they need of the host,
 * started in this order and stopped in the reverse one.
 *
 * <p>A start that fails takes back what it did. {@link #close} may be called by any thread, and
 * twice.
 */
public final class OverlayNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OverlayNode.class);

  private final NodeConfig config;
  private final HostSide host;
  private final Ledger ledger;
  private final Neighbourhood neighbourhood;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Waits for other programs, so that the control thread need not. */
  private final ExecutorService hostThread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("host").daemon().factory());

  private final long startedNanos = System.nanoTime();
  private @Nullable Identity identity;
  private @Nullable Tun tun;
  private @Nullable DataPlane dataPlane;
  private @Nullable ControlPlane control;
  private @Nullable TimestampStore timestamps;
  private @Nullable NetworkKey network;
  private int puzzleBits;
  private volatile @Nullable Reports reports;

  private OverlayNode(NodeConfig config) {
    this.config = config;
    this.host = new HostSide(config);
    this.neighbourhood = new Neighbourhood(config.interfaceName(), host);
    this.ledger = Ledger.in(config.statePath().resolve("ledger"));
  }

  /**
   * Starts a node and returns when it can be asked; peers and exit may still be connecting.
   *
   * @throws ControlException with nothing left on the host
   */
  public static OverlayNode start(NodeConfig config, StageListener stages) {
    if (config.usesExit() && config.serveExit() != null) {
      throw new ControlException(
          ControlException.BAD_CONFIG,
          (config.exit() == null ? "[[route]]" : "exit.use")
              + " and serve.exit: a node uses an exit or is one",
          "p2pvpn config show");
    }
    Routing.checkCgroups(config);
    OverlayNode node = new OverlayNode(config);
    try {
      node.run(stages);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw Failures.forOperator(e);
    }
  }

  public NodeControl control() {
    return new NodeAdmin(this);
  }

  /** Until somebody asked the node to stop. */
  public void awaitStop() throws InterruptedException {
    stop.await();
  }

  private void run(StageListener stages) {
    Suite suite = Suites.choose(config.suite());
    Identity own = StateFolder.identity(config);
    identity = own;
    NodeId id = NodeId.ofPublicKey(own.signingKey());
    stages.stage("identity", id.shortForm());
    host.recover();

    network = PrivateNetwork.of(config, stages);
    puzzleBits = NetworkPuzzle.bits(config);
    CountryFromFile countries = Countries.of(config);
    TimestampStore times = StateFolder.timestamps(config);
    timestamps = times;
    ControlPlane controlPlane =
        new ControlPlane(
            new ControlPlane.Settings(
                own,
                suite,
                config.name(),
                config.statePath(),
                times,
                network,
                new WorkPuzzle(puzzleBits),
                countries));
    control = controlPlane;
    Sizes sizes = Sizes.of(config);
    Tun device = LinuxTun.open(config.interfaceName(), sizes.mtuBytes(), sizes.queues());
    tun = device;
    if (!device.offloads().degradedBecause().isEmpty()) {
      stages.stage("slower", device.offloads().degradedBecause());
    }
    DataPlane plane = openDataPlane(device, sizes, controlPlane);
    dataPlane = plane;
    Peers peers = Peers.lookUp(config, controlPlane);
    closeKillSwitch(plane.udpPort(), stages);
    HostPlan.Tunnel tunnel = sizes.tunnel(config, id);
    Reports heard = new Reports(config, host, hostThread, ledger, controlPlane, stages, tunnel);
    reports = heard;
    controlPlane.attach(plane, sizes.shards(), heard);
    controlPlane.relay(config.relay(), new CpuShare(sizes.shards()));
    peers.addTo(controlPlane);
    Routing.of(config).use(controlPlane.paths());
    controlPlane.paths().rotate(config.exitRotate());
    if (config.serveExit() != null) {
      controlPlane.announceExit();
    }
    // Hands are shaken while other programs set up the link; a lease that comes sooner has its turn
    // on the same thread, behind the link.
    Future<?> link = hostThread.submit(() -> host.raiseTunnel(tunnel, plane.udpPort()));
    recall(controlPlane);
    neighbourhood.openLan(config, controlPlane);
    controlPlane.localAddresses(neighbourhood.places(plane.udpPort()));
    controlPlane.start();
    plane.start();
    neighbourhood.watch(controlPlane, plane.udpPort());
    stages.stage("listening", "udp port " + plane.udpPort());
    await(link);
    stages.stage("interface", config.interfaceName() + " " + sizes.addresses(id));
    if (config.serveExit() != null) {
      ExitSide.open(config, config.serveExit(), tunnel, id, host, controlPlane, stages);
    }
    neighbourhood.openNames(config, controlPlane, tunnel, hostThread);
    advertise(controlPlane, plane.udpPort());
    WarmUp.soon(suite);
    ledger.start();
  }

  private DataPlane openDataPlane(Tun device, Sizes sizes, ControlPlane controlPlane) {
    return new DataPlane(
        device,
        config.listenPort(),
        new DataPlane.Settings(
            Driver.of(config.transport()),
            HostPlan.FIREWALL_MARK,
            sizes.mtuBytes(),
            sizes.shards(),
            device.offloads()),
        new EpochTable(sizes.shards()),
        controlPlane.dataPlaneEvents());
  }

  private void closeKillSwitch(int udpPort, StageListener stages) {
    host.closeKillSwitch(udpPort);
    if (config.routesWholeHost()) {
      stages.stage("kill switch", "closed: nothing leaves beside the tunnel");
    } else if (!config.routes().isEmpty()) {
      stages.stage("kill switch", "closed for what rules cover; the rest is not touched");
    }
  }

  private void advertise(ControlPlane controlPlane, int udpPort) {
    // Only an exit speaks of its way to the internet, so only an exit looks.
    boolean carriesIpv6 = config.serveExit() != null && Uplinks.hasIpv6();
    OwnClaims claims =
        new OwnClaims(
            config,
            carriesIpv6,
            () -> neighbourhood.places(udpPort),
            controlPlane::relayLoad,
            controlPlane::observedEndpoints);
    controlPlane.advertise(claims::now);
  }

  /** What earlier runs observed; it comes when the start is over. */
  private void recall(ControlPlane controlPlane) {
    Observations past = new Observations();
    var _ =
        ledger
            .replayInTime(past::add)
            .thenAccept(
                read -> {
                  boolean taken = controlPlane.recall(past);
                  LOG.debug("ledger: {} observations, taken: {}", read.entries(), taken);
                });
  }

  private static void await(Future<?> hostWork) {
    try {
      hostWork.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ControlException(130, "the start was interrupted", "p2pvpn up");
    }
  }

  NodeConfig config() {
    return config;
  }

  HostSide host() {
    return host;
  }

  long startedNanos() {
    return startedNanos;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Whether this host sends a class of traffic to its exit; 0 is what no rule covers. */
  boolean isLeaseApplied(int exit) {
    Reports heard = reports;
    return heard != null && heard.isApplied(exit);
  }

  Neighbourhood neighbourhood() {
    return neighbourhood;
  }

  String trouble() {
    Reports heard = reports;
    return heard == null ? "" : heard.trouble();
  }

  Identity identity() {
    return running(identity);
  }

  /** For whoever is invited. */
  NetworkTerms terms() {
    return new NetworkTerms(network, NetworkPuzzle.told(puzzleBits));
  }

  Tun tun() {
    return running(tun);
  }

  DataPlane dataPlane() {
    return running(dataPlane);
  }

  ControlPlane controlPlane() {
    return running(control);
  }

  boolean isStopping() {
    return stop.getCount() == 0;
  }

  void requestStop() {
    stop.countDown();
  }

  private static <T> T running(@Nullable T part) {
    if (part == null) {
      throw new ControlException(3, "the node is not running", "p2pvpn up");
    }
    return part;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop.countDown();
    ControlPlane controlPlane = control;
    DataPlane plane = dataPlane;
    if (controlPlane != null && plane != null && controlPlane.isStarted()) {
      controlPlane.leave();
    }
    hostThread.shutdown();
    try {
      if (!hostThread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a host command still runs; what it changes is undone by: p2pvpn cleanup");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    host.undoAll();
    neighbourhood.close();
    if (controlPlane != null) {
      controlPlane.close();
    }
    if (plane != null) {
      plane.close();
    }
    if (tun != null) {
      tun.close();
    }
    ledger.close();
    if (timestamps != null) {
      timestamps.close();
    }
    if (identity != null) {
      identity.close();
    }
  }
}
