package org.p2pvpn.cli.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.p2pvpn.tun.linux.PacketTap;

/** What a capture on every device of one hop sees while the lab runs. Any thread may ask. */
final class HopView {
  /**
   * What it has seen.
   *
   * @param marked packets in which alice's payload can be read
   * @param addresses every source and destination
   */
  record Seen(long packets, long marked, Set<String> addresses) {
    boolean saw(Topology.Member member) {
      return addresses.contains(member.ipv4()) || addresses.contains(member.ipv6());
    }
  }

  private final PacketTap tap;
  private final byte[] bytes = new byte[1 << 17];
  private final Set<ByteBuffer> addresses = new TreeSet<>();
  private long packets;
  private long marked;

  HopView(LabPlace place, String host) {
    tap = PacketTap.open(LabPlace.NAMESPACES.resolve(place.namespace(host)));
    Thread.ofPlatform().daemon().name("capture " + host).start(this::read);
  }

  private void read() {
    for (ByteBuffer packet = tap.read(); packet.hasRemaining(); packet = tap.read()) {
      int length = packet.remaining();
      packet.get(bytes, 0, length);
      take(length);
    }
  }

  private synchronized void take(int length) {
    int version = bytes[0] >> 4;
    if (version == 4 && length >= 20) {
      address(12, 4);
      address(16, 4);
    } else if (version == 6 && length >= 40) {
      address(8, 16);
      address(24, 16);
    } else {
      return; // ARP
    }
    packets++;
    marked += holdsMark(length) ? 1 : 0;
  }

  private void address(int offset, int length) {
    ByteBuffer known = ByteBuffer.wrap(bytes, offset, length);
    if (!addresses.contains(known)) {
      addresses.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, offset, offset + length)));
    }
  }

  private boolean holdsMark(int length) {
    byte[] mark = Ticks.MARK;
    for (int i = 0; i <= length - mark.length; i++) {
      if (bytes[i] == mark[0] && Arrays.equals(bytes, i, i + mark.length, mark, 0, mark.length)) {
        return true;
      }
    }
    return false;
  }

  synchronized Seen seen() {
    Set<String> texts = new TreeSet<>();
    for (ByteBuffer address : addresses) {
      byte[] copy = new byte[address.remaining()];
      address.duplicate().get(copy);
      try {
        texts.add(ShortAddress.of(InetAddress.getByAddress(copy)));
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }
    return new Seen(packets, marked, texts);
  }
}
