package org.p2pvpn.overlay.node;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.p2pvpn.overlay.control.LanControl;
import org.p2pvpn.overlay.discovery.lan.LanLink;
import org.p2pvpn.overlay.transport.MulticastListener;
import org.p2pvpn.overlay.wire.LanGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to beacons on every link that there is, and tells control on which ones to send. */
final class LanSide implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LanSide.class);

  private final LanControl control;
  private final MulticastListener listener;

  /** Links in the state in which they were joined: one that went down has to be joined again. */
  private Set<LanLink> joined = Set.of();

  LanSide(LanControl control) {
    this.control = control;
    listener =
        new MulticastListener(
            List.of(InetAddress.ofLiteral(LanGroup.IPV4), InetAddress.ofLiteral(LanGroup.IPV6)),
            LanGroup.PORT,
            control::onBeacon);
  }

  /**
   * The links' thread, or the starting one before it runs.
   *
   * @return false when control has no time to hear it
   */
  synchronized boolean onLinks(List<LanLink> now) {
    List<LanLink> speaking = new ArrayList<>();
    Set<LanLink> heard = new HashSet<>();
    for (LanLink link : now) {
      try {
        NetworkInterface device = NetworkInterface.getByIndex(link.index());
        if (device == null || !device.supportsMulticast() || link.addresses().isEmpty()) {
          continue;
        }
        heard.add(link);
        if (!joined.contains(link)) {
          listener.join(link.index());
        }
        speaking.add(link);
      } catch (SocketException e) {
        LOG.debug("{}: {}", link.name(), e.getMessage());
      }
    }
    joined = heard;
    return control.onLinks(speaking);
  }

  @Override
  public void close() {
    listener.close();
  }
}
