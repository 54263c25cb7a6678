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

  /**
   * A whole datagram for another node: circuit id (4), then the datagram. The id is the receiver
   * index that answers to the datagram bear, so one number serves both directions.
   */
  public static final byte FORWARD = 3;

  /** An id (8) that comes back at once as {@link #ECHO}: is there anybody at this circuit's end? */
  public static final byte PROBE = 4;

  public static final byte ECHO = 5;

  /**
   * An id (8) and padding, which comes back at once as {@link #ECHO_ASIDE} to where it came from:
   * the session stays where it is. So a path is measured that is not in use, as far as the exit.
   */
  public static final byte PROBE_ASIDE = 6;

  /** Says nothing about the path in use, though it comes in the session that goes by that. */
  public static final byte ECHO_ASIDE = 7;

  /** Frame byte and circuit id. */
  public static final int FORWARD_BYTES = 5;

  /** Frame byte and id. */
  public static final int PROBE_BYTES = 9;

  /** Of a probe aside, padding included: frame byte and the largest packet that goes everywhere. */
  public static final int PROBE_ASIDE_BYTES_MAX = 1281;

  private Frame() {}

  public static void writeForward(byte[] plaintext, int at, int circuit) {
    plaintext[at] = FORWARD;
    DataMessage.putIntAt(plaintext, at + 1, circuit);
  }

  /** The circuit id of a forward frame. */
  public static int circuit(byte[] plaintext, int at) {
    return DataMessage.intAt(plaintext, at + 1);
  }
}
