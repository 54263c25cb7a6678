package org.p2pvpn.cli.underlay;

/** What became of a packet, and where it ended when it did. */
public enum Verdict {
  /** On its way, or there. */
  PASSED,
  /** No IP packet of that length. */
  MALFORMED,
  /** Multicast, or an address that no host has. */
  NO_ROUTE,
  LOST,
  /** The link's own queue, by drop-tail. */
  QUEUE_FULL,
  /** Larger than the link; the sender gets an ICMP message unless the link keeps silent. */
  TOO_BIG,
  /** The sender gets an ICMP message. */
  LINK_DOWN,
  /** Nobody is told. */
  BLACKHOLED,
  /** Nothing inside has sent from the mapped port, or too long ago. */
  NAT_NO_MAPPING,
  /** There is a mapping, but not for this sender. */
  NAT_FILTERED,
  /** The NAT's table, or its ports, are used up. */
  NAT_FULL,
  /** From behind a NAT to its own outside. */
  NAT_HAIRPIN,
  /**
   * What the NAT cannot translate: fragments whose first it did not see, unknown protocols, foreign
   * sources.
   */
  NAT_UNKNOWN,
  /** The emulation holds too many packets. */
  BUDGET,
  /** The host's device did not take it. */
  DEVICE_DOWN
}
