package org.p2pvpn.noise;

import static org.p2pvpn.noise.HandshakeWire.*;

import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * "I speak another version": the one answer that is not encrypted, so that two releases that cannot
 * shake hands can at least say why. It proves only that its sender saw the initiation; an initiator
 * reports it and goes on trying.
 */
public final class VersionNotice {
  private VersionNotice() {}

  /**
   * For a datagram that {@link Macs#mac1Valid} and {@link Responder#open} called {@link
   * HandshakeVerdict#OTHER_VERSION}; null when it is too short for an answer to be smaller. The
   * caller limits how many it sends.
   */
  public static byte @Nullable [] answer(byte[] datagram, int length) {
    int mac1At = length - 2 * MAC_BYTES;
    if (mac1At < INITIATION_NOISE_AT || length > datagram.length) {
      return null;
    }
    byte[] notice = new byte[VERSION_NOTICE_BYTES];
    putHeader(notice, TYPE_VERSION_NOTICE, (byte) 0);
    System.arraycopy(datagram, SENDER_INDEX_AT, notice, ECHOED_INDEX_AT, Integer.BYTES);
    System.arraycopy(datagram, mac1At, notice, ECHOED_MAC1_AT, MAC_BYTES);
    return notice;
  }

  /** Its sender's version, when it echoes this initiation and the version is not ours. */
  static OptionalInt read(byte[] datagram, int length, byte[] initiation) {
    int mac1At = initiation.length - 2 * MAC_BYTES;
    boolean ours =
        length == VERSION_NOTICE_BYTES
            && length <= datagram.length
            && datagram[TYPE_AT] == TYPE_VERSION_NOTICE
            && datagram[VERSION_AT] != VERSION
            && datagram[SUITE_AT] == 0
            && datagram[RESERVED_AT] == 0
            && getInt(datagram, ECHOED_INDEX_AT) == getInt(initiation, SENDER_INDEX_AT)
            && Arrays.equals(
                datagram,
                ECHOED_MAC1_AT,
                VERSION_NOTICE_BYTES,
                initiation,
                mac1At,
                mac1At + MAC_BYTES);
    return ours ? OptionalInt.of(Byte.toUnsignedInt(datagram[VERSION_AT])) : OptionalInt.empty();
  }
}
