package org.p2pvpn.overlay.control;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.discovery.lan.BeaconCheck;
import org.p2pvpn.overlay.discovery.lan.BeaconWriter;
import org.p2pvpn.overlay.discovery.lan.LanLink;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.LanGroup;

/**
 * The host's links as the rest of the node sees them: any thread may say what they are and what
 * came by them. What the control thread has no time for is dropped.
 */
public final class LanControl {
  private final Predicate<Runnable> onControlThread;
  private final Lan lan;
  private final int udpPort;

  LanControl(Predicate<Runnable> onControlThread, Lan lan, int udpPort) {
    this.onControlThread = onControlThread;
    this.lan = lan;
    this.udpPort = udpPort;
  }

  /** Finds nodes on the links of which {@link #onLinks} tells. */
  static Lan open(
      ControlPlane.Settings settings,
      boolean strangersJoin,
      PeerBook peers,
      SecureRandom random,
      Lan.Outlet outlet) {
    long now = System.nanoTime();
    Identity identity = settings.identity();
    NodeId own = NodeId.ofPublicKey(identity.signingKey());
    return new Lan(
        strangersJoin,
        peers,
        new BeaconWriter(identity, settings.name(), settings.network(), strangersJoin, random),
        new BeaconCheck(own, settings.network(), now),
        () -> settings.timestamps().next(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis())),
        random,
        outlet,
        now);
  }

  /** False when the control thread has too much to do; say it again. */
  public boolean onLinks(List<LanLink> links) {
    return onControlThread.test(() -> lan.onLinks(links, udpPort, System.nanoTime()));
  }

  /** {@code from} with its scope, if it is a link-local address; one thread at a time. */
  public void onBeacon(byte[] datagram, InetAddress from) {
    BeaconCheck.Result.Heard heard = lan.read(datagram, from, System.nanoTime());
    if (heard != null) {
      var _ = onControlThread.test(() -> lan.onBeacon(heard, from, System.nanoTime()));
    }
  }

  /** What {@link Lan} does to the rest of control. */
  record Calls(Controller controller, Handshakes handshakes, DataPlane dataPlane)
      implements Lan.Outlet {
    @Override
    public void sendBeacon(LanLink link, InetAddress from, byte[] beacon) {
      dataPlane.multicast(beacon, group(link, from), from);
    }

    private static InetSocketAddress group(LanLink link, InetAddress from) {
      try {
        InetAddress group =
            from instanceof Inet4Address
                ? InetAddress.ofLiteral(LanGroup.IPV4)
                : Inet6Address.getByAddress(
                    null, InetAddress.ofLiteral(LanGroup.IPV6).getAddress(), link.index());
        return new InetSocketAddress(group, LanGroup.PORT);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("the group's address has 16 bytes", e);
      }
    }

    /** A session that stands is asked once, the next beacon asks again; else until it answers. */
    @Override
    public void callAt(Peer peer, InetSocketAddress there, long nowNanos) {
      if (!peer.isConnected()) {
        controller.upkeep().expectHandshake(peer, nowNanos);
      }
      handshakes.initiateAt(peer, there, nowNanos);
    }

    @Override
    public void onKnown() {
      controller.onKnown();
    }

    @Override
    public boolean isBehindRelays(NodeId id) {
      return controller.isHidden(id, false);
    }
  }
}
