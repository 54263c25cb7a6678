package org.p2pvpn.tun.segment;

/** Completes partial checksums in place, as skb_checksum_help of net/core/dev.c. */
final class PartialChecksum {
  private final PacketHeaders headers = new PacketHeaders();

  /** Returns false, and changes nothing, unless the packet is plain TCP or UDP. */
  boolean complete(byte[] packet, int at, int length) {
    PacketHeaders.Shape shape = headers.parse(packet, at, length, length);
    if (shape != PacketHeaders.Shape.TCP && shape != PacketHeaders.Shape.UDP) {
      return false;
    }
    int from = at + headers.networkBytes;
    completeRange(
        packet,
        from,
        at + length,
        from + headers.checksumOffset(),
        shape == PacketHeaders.Shape.UDP);
    return true;
  }

  /**
   * @param zeroIsNone a checksum of 0 would mean "none" (UDP), so it is written as its other form
   */
  static void completeRange(byte[] bytes, int from, int end, int fieldAt, boolean zeroIsNone) {
    int checksum = Checksum.complement(Checksum.sum(bytes, from, end - from));
    Fields.putShort(bytes, fieldAt, checksum == 0 && zeroIsNone ? 0xffff : checksum);
  }
}
