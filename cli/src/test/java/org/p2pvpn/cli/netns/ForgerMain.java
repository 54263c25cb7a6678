package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes a session's own datagrams from a capture and sends them again: as they are, cut short, with
 * a flipped bit, with another header before the real ciphertext, and with noise for all of it.
 * Arguments: capture file, target address, port, count, a second's share, seed.
 */
final class ForgerMain {
  private static final int PCAP_HEADER_BYTES = 24;
  private static final int RECORD_HEADER_BYTES = 16;
  private static final int ETHERNET_IPV4_UDP_BYTES = 14 + 20 + 8;
  private static final int WIRE_BYTES_MAX = 1500;
  private static final int DATA_HEADER_BYTES = 16;

  private ForgerMain() {}

  public static void main(String[] arguments) throws IOException {
    List<byte[]> real = read(Path.of(arguments[0]));
    if (real.isEmpty()) {
      throw new IOException("no data message in the capture");
    }
    var target =
        new InetSocketAddress(InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[2]));
    int count = Integer.parseInt(arguments[3]);
    int perSecond = Integer.parseInt(arguments[4]);
    Random random = new Random(Long.parseLong(arguments[5]));
    try (DatagramChannel channel = DatagramChannel.open()) {
      long began = System.nanoTime();
      for (int i = 0; i < count; i++) {
        channel.send(ByteBuffer.wrap(forge(real, random)), target);
        if (i % 50 == 49) {
          LockSupport.parkNanos(began + i * 1_000_000_000L / perSecond - System.nanoTime());
        }
      }
    }
    System.out.println("sent " + count + " made of " + real.size());
  }

  private static byte[] forge(List<byte[]> real, Random random) {
    byte[] datagram = real.get(random.nextInt(real.size())).clone();
    switch (random.nextInt(6)) {
      case 0 -> {} // a replay
      case 1 -> datagram = Arrays.copyOf(datagram, random.nextInt(datagram.length));
      case 2 -> datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(8));
      case 3 -> datagram = Arrays.copyOf(datagram, datagram.length + 1 + random.nextInt(100));
      case 4 -> ByteBuffer.wrap(datagram).putLong(8, random.nextLong());
      default -> {
        byte[] noise = new byte[datagram.length - DATA_HEADER_BYTES];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, datagram, DATA_HEADER_BYTES, noise.length);
        ByteBuffer.wrap(datagram).putLong(8, random.nextInt(1 << 20));
      }
    }
    return datagram;
  }

  /** The data messages in a pcap of Ethernet frames; offloaded super-datagrams are left out. */
  private static List<byte[]> read(Path capture) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> found = new ArrayList<>();
    file.position(PCAP_HEADER_BYTES);
    while (file.remaining() > RECORD_HEADER_BYTES) {
      int length = file.getInt(file.position() + 8);
      file.position(file.position() + RECORD_HEADER_BYTES);
      byte[] frame = new byte[length];
      file.get(frame);
      boolean whole = length <= WIRE_BYTES_MAX + 14;
      if (whole && length > ETHERNET_IPV4_UDP_BYTES + 32 && frame[ETHERNET_IPV4_UDP_BYTES] == 1) {
        found.add(Arrays.copyOfRange(frame, ETHERNET_IPV4_UDP_BYTES, length));
      }
    }
    return found;
  }
}
