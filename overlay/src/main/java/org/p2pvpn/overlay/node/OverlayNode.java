package org.p2pvpn.overlay.node;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.linux.LinuxTun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class OverlayNode implements AutoCloseable, ControlPlane.Events {
  private static final Logger LOG = LoggerFactory.getLogger(OverlayNode.class);
  static final int MARK = 0x70327076;

  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Tun tun;
  private @Nullable DataPlane dataPlane;
  private @Nullable ControlPlane control;

  public static OverlayNode start(NodeConfig config, StageListener stages) {
    OverlayNode node = new OverlayNode();
    node.run(config, stages);
    return node;
  }

  private void run(NodeConfig config, StageListener stages) {
    Suite suite = Suite.AESGCM_SHA256;
    Thread.ofPlatform().daemon().start(() -> WarmUp.run(suite));
    Path state = config.statePath();
    Identity identity;
    try {
      identity = Identity.loadOrCreate(state.resolve("identity"));
    } catch (Exception e) {
      throw new ControlException(1, String.valueOf(e.getMessage()), "");
    }
    stages.stage("identity", NodeId.ofPublicKey(identity.signingKey()).toString());
    int mtu = config.underlayMtuBytes() - 48 - DataMessage.OVERHEAD_BYTES;
    int shards = Math.max(1, config.shards());
    tun = LinuxTun.open(config.interfaceName(), mtu, shards);
    tun.up();
    TimestampStore timestamps =
        TimestampStore.open(
            state.resolve("timestamps"),
            TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
            LOG::warn);
    control =
        new ControlPlane(
            new ControlPlane.Settings(identity, suite, config.name(), state, timestamps));
    dataPlane =
        new DataPlane(
            tun,
            config.listenPort(),
            new DataPlane.Settings(MARK, mtu, shards, tun.offloads()),
            new EpochTable(shards),
            control.dataPlaneEvents());
    control.start(dataPlane, shards, this);
    dataPlane.start();
    stages.stage("interface", tun.name() + " " + tun.offloads());
    for (NodeConfig.Peer peer : config.peers()) {
      NodeAddress address = NodeAddress.parse(peer.address());
      control.addPeer(address, peer.name(), "config", Endpoints.lookUp(address), true);
    }
  }

  @Override
  public void onConnected(NodeId peer, String name) {
    LOG.info("peer {}: connected", name);
  }

  @Override
  public void onRefused(NodeId peer, String name, String why) {}

  @Override
  public void onLease(ControlMessage.LeaseGrant lease) {}

  public void awaitStop() throws InterruptedException {
    stop.await();
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
