package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;
import org.p2pvpn.tun.segment.Checksum;

/** Well-formed packets, byte by byte, and whether their checksums are right. */
final class Packets {
  private Packets() {}

  static Packet udp(String from, int fromPort, String to, int toPort, int payloadBytes) {
    byte[] transport = new byte[8 + payloadBytes];
    for (int i = 8; i < transport.length; i++) {
      transport[i] = (byte) i;
    }
    ByteBuffer.wrap(transport)
        .putShort((short) fromPort)
        .putShort((short) toPort)
        .putShort((short) transport.length);
    return ip(from, to, Packet.UDP, transport, 6);
  }

  static Packet udp(String from, int fromPort, String to, int toPort) {
    return udp(from, fromPort, to, toPort, 100);
  }

  static Packet tcp(String from, int fromPort, String to, int toPort) {
    byte[] transport = new byte[20];
    ByteBuffer.wrap(transport)
        .putShort((short) fromPort)
        .putShort((short) toPort)
        .putLong(77)
        .put((byte) 0x50);
    return ip(from, to, Packet.TCP, transport, 16);
  }

  /** Type 8 or 0; 128 or 129 for IPv6. */
  static Packet echo(int type, String from, String to, int identifier) {
    byte[] transport = new byte[32];
    ByteBuffer.wrap(transport).put((byte) type).put(4, new byte[] {0, (byte) identifier});
    return ip(from, to, from.contains(":") ? Packet.ICMPV6 : Packet.ICMP, transport, 2);
  }

  /** "Port unreachable" about a packet, from its receiver or from a router. */
  static Packet unreachable(String from, String to, Packet about) {
    byte[] transport = new byte[8 + Math.min(about.length, 28)];
    transport[0] = 3;
    transport[1] = 3;
    about.bytes.get(0, transport, 8, transport.length - 8);
    return ip(from, to, Packet.ICMP, transport, 2);
  }

  private static Packet ip(
      String from, String to, int protocol, byte[] transport, int checksumOffset) {
    Address source = Address.of(from);
    Address destination = Address.of(to);
    int header = source.isIpv4() ? 20 : 40;
    Packet packet = new Packet(Math.max(Packet.USUAL_BYTES, header + transport.length));
    ByteBuffer bytes = packet.bytes;
    packet.length = header + transport.length;
    if (source.isIpv4()) {
      bytes.putInt(0, 0x45000000 | packet.length).putInt(4, 0x4000).put(8, (byte) 64);
      bytes.put(9, (byte) protocol);
      bytes.putInt(12, source.asIpv4()).putInt(16, destination.asIpv4());
      bytes.putShort(10, (short) ~Checksum.sum(bytes, 0, 20));
    } else {
      bytes.putInt(0, 0x60000000).putShort(4, (short) transport.length);
      bytes.put(6, (byte) protocol).put(7, (byte) 64);
      bytes.putLong(8, source.high()).putLong(16, source.low());
      bytes.putLong(24, destination.high()).putLong(32, destination.low());
    }
    bytes.put(header, transport);
    bytes.putShort(header + checksumOffset, (short) ~transportSum(packet));
    return packet;
  }

  /** Whether IP's and the transport's checksum are right. */
  static boolean isSound(Packet packet) {
    boolean header = !packet.isIpv4() || Checksum.sum(packet.bytes, 0, 20) == 0xffff;
    return packet.isWellFormed() && header && transportSum(packet) == 0xffff;
  }

  private static int transportSum(Packet packet) {
    int at = packet.headerBytes();
    int sum = Checksum.sum(packet.bytes, at, packet.length - at);
    if (packet.protocol() != Packet.ICMP) {
      int addresses = packet.sourceAt();
      sum += Checksum.sum(packet.bytes, addresses, at - addresses);
      sum += packet.protocol() + packet.length - at;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }
}
