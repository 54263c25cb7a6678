package org.p2pvpn.overlay.wire;

/** The first byte under the seal. */
public final class Frame {
  public static final byte CONTROL = 0;

  /** An IP packet whose checksums are complete. */
  public static final byte PACKET = 1;

  /**
   * An IP packet whose TCP or UDP checksum holds the pseudo header only. The seal protects it on
   * the way; the receiving kernel completes it if it ever leaves that host.
   */
  public static final byte PACKET_PARTIAL_CHECKSUM = 2;

  private Frame() {}
}
