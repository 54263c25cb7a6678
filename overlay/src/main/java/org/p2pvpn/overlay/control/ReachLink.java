package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.List;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DiscoveryMessage;

/** What {@link Reach} sees of the controller. Lives on the control thread. */
final class ReachLink implements Reach.Outlet {
  private final Controller controller;
  private final DataPlane dataPlane;
  private final PeerBook peers;

  ReachLink(Controller controller, DataPlane dataPlane, PeerBook peers) {
    this.controller = controller;
    this.dataPlane = dataPlane;
    this.peers = peers;
  }

  @Override
  public void send(Peer peer, ControlMessage message) {
    controller.send(peer, message);
  }

  @Override
  public byte[] initiation(Peer peer, InetSocketAddress firstPlace, long nowNanos) {
    Handshakes handshakes = controller.handshakes();
    return handshakes == null ? new byte[0] : handshakes.initiation(peer, firstPlace, nowNanos);
  }

  @Override
  public void sendTo(byte[] initiation, InetSocketAddress place) {
    dataPlane.sendHandshake(initiation, place);
  }

  @Override
  public int newIndex(Peer peer) {
    return controller.newIndex(peer);
  }

  @Override
  public void initiate(Peer peer, int index, Way way, long nowNanos) {
    controller.initiate(peer, index, way, nowNanos);
  }

  @Override
  public long ping(Peer peer, long nowNanos) {
    return controller.ping(peer, nowNanos);
  }

  @Override
  public void call(Peer peer, long nowNanos) {
    controller.call(peer, nowNanos);
  }

  @Override
  public void forgetInitiations(Peer peer) {
    controller.forgetInitiations(peer);
  }

  @Override
  public void askAbout(NodeId node, Peer whom) {
    var wanted = new DiscoveryMessage.AdvertWanted(1, 0, "", List.of(node));
    controller.send(whom, new ControlMessage.Discovery(wanted));
  }

  @Override
  public int mtuBytes() {
    return dataPlane.mtuBytes();
  }

  @Override
  public boolean isExit(Peer peer) {
    return controller.exits().isExit(peer);
  }

  @Override
  public void probe(Session session, byte[] plaintext, Runnable refused) {
    dataPlane.sendWhole(session, plaintext, refused);
  }

  /**
   * The exit that our traffic reaches by relays, the relays that see a fresh key of ours, and while
   * there are any, whoever may become the next exit.
   */
  @Override
  public boolean isHidden(Peer peer) {
    boolean isHop =
        peers.passing().stream()
            .anyMatch(hop -> hop.origin == Peer.Origin.HOP && hop.id.equals(peer.id));
    return isHop || controller.isHidden(peer.id, false);
  }
}
