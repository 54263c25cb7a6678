package org.p2pvpn.tun.segment;

/** RFC 1071 written down naively, sharing nothing with the code under test. */
public final class SlowChecksum {
  private SlowChecksum() {}

  public static int sum(byte[] bytes, int at, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      int value = bytes[at + i] & 0xff;
      sum += i % 2 == 0 ? value * 256L : value;
    }
    return foldTo16(sum);
  }

  static int foldTo16(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = folded % 0x10000 + folded / 0x10000;
    }
    return (int) folded;
  }

  /** The pseudo-header's sum of a packet whose transport header begins at that offset. */
  static int pseudo(byte[] packet, int transportAt, int protocol) {
    boolean ipv4 = (packet[0] & 0xf0) == 0x40;
    int addresses = ipv4 ? sum(packet, 12, 8) : sum(packet, 8, 32);
    return foldTo16((long) addresses + protocol + packet.length - transportAt);
  }

  /** Whether both checksums of a whole packet hold. */
  static boolean holds(byte[] packet, int transportAt, int protocol) {
    boolean ipv4 = (packet[0] & 0xf0) == 0x40;
    if (ipv4 && sum(packet, 0, (packet[0] & 0xf) * 4) != 0xffff) {
      return false;
    }
    long all =
        (long) sum(packet, transportAt, packet.length - transportAt)
            + pseudo(packet, transportAt, protocol);
    return foldTo16(all) == 0xffff;
  }
}
