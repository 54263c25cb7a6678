package org.p2pvpn.tun.segment;

/**
 * What {@link Splitter#begin} thinks of what a TUN device gave. Only {@link #PASSED} has segments.
 */
public enum SplitVerdict {
  PASSED,
  /** Shorter than a virtio header and an IP header. */
  TOO_SHORT,
  /** Neither IPv4 nor IPv6. */
  BAD_VERSION,
  /** The IP header tells another length than was read. */
  LENGTH_MISMATCH,
  /** A gso_type that was not asked for, or another one than the first 256 bytes show. */
  GSO_TYPE,
  /** A super-packet with gso_size 0. */
  GSO_SIZE,
  /** hdr_len is larger than the packet. */
  HEADER_LENGTH,
  /**
   * csum_start and csum_offset point nowhere, or in a super-packet elsewhere than at its checksum.
   */
  CHECKSUM_OFFSETS,
  /** A segment, or a packet that is no super-packet, does not fit into the MTU. */
  ABOVE_MTU
}
