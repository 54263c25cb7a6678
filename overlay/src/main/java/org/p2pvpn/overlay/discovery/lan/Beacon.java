package org.p2pvpn.overlay.discovery.lan;

import org.p2pvpn.overlay.discovery.advert.NodeKeys;

/**
 * What a node says of itself to its link.
 *
 * @param sequence greater in each beacon of a node, also over its restarts
 * @param port UDP, where it is called; at the address that the beacon came from
 * @param name as it calls itself, or empty
 */
public record Beacon(long sequence, int port, NodeKeys keys, String name) {
  /** Who can read it. */
  public enum Form {
    /** Whoever knows the sender's signing key: its peers. */
    TO_PEERS(1),
    /** Whoever has the network's key. */
    TO_NETWORK(2),
    /** Everybody on the link: the sender lets strangers of its link in. */
    TO_ALL(3);

    private final byte wireByte;

    Form(int wireByte) {
      this.wireByte = (byte) wireByte;
    }

    byte wireByte() {
      return wireByte;
    }
  }
}
