package org.p2pvpn.tun.segment;

import java.nio.ByteBuffer;
import java.util.Random;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.VirtioHeader;

/** Makes TCP and UDP packets and super-packets for tests, field by field. */
public final class PacketBuilder {
  private final boolean ipv4;
  private final boolean tcp;
  private byte[] source;
  private byte[] destination;
  private byte[] networkOptions = {};
  private int firstNext = -1;
  private byte[] tcpOptions = {};
  private byte[] payload = {};
  private int sourcePort = 40000;
  private int destinationPort = 7000;
  private int id = 0x1234;
  private int fragmentField = 0x4000;
  private int hops = 64;
  private int trafficClass;
  private int flowLabel = 0xabcde;
  private int sequence = 1_000_000;
  private int acknowledgement = 77;
  private int flags = 0x10;
  private int window = 500;

  private PacketBuilder(boolean ipv4, boolean tcp) {
    this.ipv4 = ipv4;
    this.tcp = tcp;
    source = ipv4 ? new byte[] {10, 9, 0, 2} : ipv6Address(0, 2);
    destination = ipv4 ? new byte[] {10, 9, 1, 2} : ipv6Address(1, 2);
  }

  public static PacketBuilder tcp4() {
    return new PacketBuilder(true, true);
  }

  public static PacketBuilder tcp6() {
    return new PacketBuilder(false, true);
  }

  public static PacketBuilder udp4() {
    return new PacketBuilder(true, false);
  }

  public static PacketBuilder udp6() {
    return new PacketBuilder(false, false);
  }

  /** fd09:SUBNET::HOST. */
  static byte[] ipv6Address(int subnet, int host) {
    byte[] address = new byte[16];
    address[0] = (byte) 0xfd;
    address[1] = 9;
    address[3] = (byte) subnet;
    address[15] = (byte) host;
    return address;
  }

  public PacketBuilder to(byte[] address, int port) {
    destination = address;
    destinationPort = port;
    return this;
  }

  public PacketBuilder fromPort(int port) {
    sourcePort = port;
    return this;
  }

  public PacketBuilder payload(byte[] bytes) {
    payload = bytes;
    return this;
  }

  public PacketBuilder payload(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return payload(bytes);
  }

  public PacketBuilder id(int value) {
    id = value;
    return this;
  }

  public PacketBuilder fragmentField(int value) {
    fragmentField = value;
    return this;
  }

  public PacketBuilder hops(int value) {
    hops = value;
    return this;
  }

  public PacketBuilder trafficClass(int value) {
    trafficClass = value;
    return this;
  }

  public PacketBuilder flowLabel(int value) {
    flowLabel = value;
    return this;
  }

  public PacketBuilder sequence(int value) {
    sequence = value;
    return this;
  }

  public PacketBuilder acknowledgement(int value) {
    acknowledgement = value;
    return this;
  }

  public PacketBuilder flags(int value) {
    flags = value;
    return this;
  }

  public PacketBuilder window(int value) {
    window = value;
    return this;
  }

  public PacketBuilder tcpOptions(byte... bytes) {
    tcpOptions = bytes;
    return this;
  }

  /** IPv4 options, a multiple of four bytes. */
  public PacketBuilder ipv4Options(byte... bytes) {
    networkOptions = bytes;
    return this;
  }

  /** One IPv6 extension header; its first byte is filled in here. */
  public PacketBuilder extension(int protocol, byte... bytes) {
    firstNext = protocol;
    networkOptions = bytes.clone();
    networkOptions[0] = (byte) protocol();
    return this;
  }

  public int protocol() {
    return tcp ? 6 : 17;
  }

  public int transportAt() {
    return (ipv4 ? 20 : 40) + networkOptions.length;
  }

  public int headerBytes() {
    return transportAt() + (tcp ? 20 + tcpOptions.length : 8);
  }

  public int checksumOffset() {
    return tcp ? 16 : 6;
  }

  /** With complete checksums. */
  public byte[] build() {
    byte[] packet = buildPartial();
    int from = transportAt();
    int sum = ~SlowChecksum.sum(packet, from, packet.length - from) & 0xffff;
    if (sum == 0 && !tcp) {
      sum = 0xffff;
    }
    ByteBuffer.wrap(packet).putShort(from + checksumOffset(), (short) sum);
    return packet;
  }

  /** With the transport checksum as CHECKSUM_PARTIAL has it. */
  public byte[] buildPartial() {
    ByteBuffer packet = ByteBuffer.allocate(headerBytes() + payload.length);
    int length = packet.capacity();
    if (ipv4) {
      packet.put((byte) (0x40 | (transportAt() / 4))).put((byte) trafficClass);
      packet.putShort((short) length).putShort((short) id).putShort((short) fragmentField);
      packet.put((byte) hops).put((byte) protocol()).putShort((short) 0);
      packet.put(source).put(destination).put(networkOptions);
      int sum = ~SlowChecksum.sum(packet.array(), 0, transportAt()) & 0xffff;
      packet.putShort(10, (short) sum);
    } else {
      packet.putInt((6 << 28) | (trafficClass << 20) | flowLabel);
      packet.putShort((short) (length - 40));
      packet.put((byte) (firstNext < 0 ? protocol() : firstNext)).put((byte) hops);
      packet.put(source).put(destination).put(networkOptions);
    }
    packet.putShort((short) sourcePort).putShort((short) destinationPort);
    if (tcp) {
      packet.putInt(sequence).putInt(acknowledgement);
      packet.put((byte) ((20 + tcpOptions.length) << 2)).put((byte) flags);
      packet.putShort((short) window).putInt(0).put(tcpOptions);
    } else {
      packet.putShort((short) (length - transportAt())).putShort((short) 0);
    }
    packet.put(payload);
    int sum = SlowChecksum.pseudo(packet.array(), transportAt(), protocol());
    packet.putShort(transportAt() + checksumOffset(), (short) sum);
    return packet.array();
  }

  /** A super-packet as the kernel gives it, virtio header first. */
  public byte[] buildSuper(int gsoSize) {
    int type = tcp ? (ipv4 ? 1 : 4) | ((flags & 0x80) != 0 ? 0x80 : 0) : 5;
    return withHeader(buildPartial(), 1, type, headerBytes(), gsoSize);
  }

  public byte[] buildSingle(boolean partial) {
    return withHeader(partial ? buildPartial() : build(), partial ? 1 : 0, 0, 0, 0);
  }

  byte[] withHeader(byte[] packet, int flags, int gsoType, int headerLength, int gsoSize) {
    byte[] all = new byte[VirtioHeader.BYTES + packet.length];
    ByteBuffer header = ByteBuffer.wrap(all).order(java.nio.ByteOrder.nativeOrder());
    header.put((byte) flags).put((byte) gsoType);
    header.putShort((short) headerLength).putShort((short) gsoSize);
    header.putShort((short) (flags == 1 ? transportAt() : 0));
    header.putShort((short) (flags == 1 ? checksumOffset() : 0));
    System.arraycopy(packet, 0, all, VirtioHeader.BYTES, packet.length);
    return all;
  }

  public static TunBuffer inBuffer(byte[] bytes) {
    TunBuffer buffer = TunBuffer.allocate(bytes.length);
    buffer.bytes().put(0, bytes);
    return buffer;
  }

  /** Any packet that a kernel could give: seeded, so that a failure can be repeated. */
  public static PacketBuilder random(Random random, int payloadMax) {
    PacketBuilder builder = new PacketBuilder(random.nextBoolean(), random.nextBoolean());
    byte[] payload = new byte[1 + random.nextInt(payloadMax)];
    random.nextBytes(payload);
    builder.payload(payload).id(random.nextInt(0x10000)).sequence(random.nextInt());
    builder.acknowledgement(random.nextInt()).window(random.nextInt(0x10000));
    builder.trafficClass(random.nextInt(256)).flowLabel(random.nextInt(1 << 20));
    builder.fragmentField(random.nextBoolean() ? 0x4000 : 0).hops(2 + random.nextInt(250));
    builder.fromPort(1024 + random.nextInt(60000));
    builder.flags(0x10 | (random.nextInt(16) == 0 ? 0x80 : 0) | (random.nextInt() & 0x49));
    if (random.nextBoolean()) {
      byte[] timestamps = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
      builder.tcpOptions(timestamps);
    }
    if (!builder.ipv4 && random.nextInt(4) == 0) {
      builder.extension(
          60, (byte) 0, (byte) 0, (byte) 1, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    }
    return builder;
  }
}
