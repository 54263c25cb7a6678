package org.p2pvpn.tun.segment;

/** Addresses, ports and protocol of a flow, for comparing; used again and again. */
final class FlowKey {
  private long first;
  private long second;
  private long third;
  private long fourth;
  private int ports;
  private int kind;

  void read(byte[] packet, int at, PacketHeaders headers, boolean tcp) {
    kind = headers.version << 1 | (tcp ? 1 : 0);
    ports = Fields.getInt(packet, at + headers.networkBytes);
    if (headers.version == 4) {
      first = Fields.getLong(packet, at + PacketHeaders.IPV4_ADDRESSES);
      second = 0;
      third = 0;
      fourth = 0;
    } else {
      int addresses = at + PacketHeaders.IPV6_ADDRESSES;
      first = Fields.getLong(packet, addresses);
      second = Fields.getLong(packet, addresses + 8);
      third = Fields.getLong(packet, addresses + 16);
      fourth = Fields.getLong(packet, addresses + 24);
    }
  }

  void copy(FlowKey other) {
    first = other.first;
    second = other.second;
    third = other.third;
    fourth = other.fourth;
    ports = other.ports;
    kind = other.kind;
  }

  boolean isSameFlow(FlowKey other) {
    return first == other.first
        && ports == other.ports
        && kind == other.kind
        && second == other.second
        && third == other.third
        && fourth == other.fourth;
  }
}
