package org.p2pvpn.tun.segment;

/** What {@link Joiner#accept} did with a packet. */
public enum JoinVerdict {
  /** Added to the packets before it, or held as the first of its flow. */
  HELD,
  /** Handed to the sink by itself. */
  WRITTEN,
  /** Dropped: shorter than its IP header. */
  TOO_SHORT,
  /** Dropped: neither IPv4 nor IPv6. */
  BAD_VERSION,
  /** Dropped: the IP header tells another length than arrived. */
  LENGTH_MISMATCH,
  /** Dropped: said to have a partial checksum, but is no whole TCP or UDP packet. */
  PARTIAL_NOT_TCP_OR_UDP;

  public boolean dropped() {
    return switch (this) {
      case HELD, WRITTEN -> false;
      case TOO_SHORT, BAD_VERSION, LENGTH_MISMATCH, PARTIAL_NOT_TCP_OR_UDP -> true;
    };
  }
}
