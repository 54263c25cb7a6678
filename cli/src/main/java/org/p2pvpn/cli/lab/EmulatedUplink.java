package org.p2pvpn.cli.lab;

import java.nio.ByteBuffer;
import org.p2pvpn.cli.underlay.PacketObserver;
import org.p2pvpn.cli.underlay.Verdict;
import org.p2pvpn.overlay.node.config.EffectiveConfig;

/**
 * What comes out of alice's uplink, counted where the emulated internet takes it: behind every rule
 * of her host. Counts by the emulation's thread, read by any.
 */
final class EmulatedUplink implements PacketObserver {
  private static final int UDP = 17;
  private static final int ICMPV6 = 58;
  private static final int FRAGMENT = 44;

  private final String host;
  private long tunnel;
  private long neighbours;
  private long clear;

  EmulatedUplink(String host) {
    this.host = host;
  }

  @Override
  public void sent(String from, String to, Verdict verdict, ByteBuffer packet) {
    if (from.equals(host)) {
      count(packet, packet.position());
    }
  }

  private synchronized void count(ByteBuffer packet, int at) {
    if (isTunnel(packet, at)) {
      tunnel++;
    } else if (packet.get(at) >> 4 == 6
        && packet.get(at + 6) == ICMPV6
        && isDiscovery(packet, at)) {
      neighbours++;
    } else {
      clear++;
    }
  }

  /** Our port, or what follows the first fragment of UDP. */
  private static boolean isTunnel(ByteBuffer packet, int at) {
    if (packet.get(at) >> 4 == 4) {
      int headerBytes = (packet.get(at) & 15) * 4;
      boolean follows = (packet.getShort(at + 6) & 0x1fff) != 0;
      return packet.get(at + 9) == UDP && (follows || isOurs(packet, at + headerBytes));
    }
    if (packet.get(at + 6) == FRAGMENT) {
      boolean follows = (packet.getShort(at + 42) & 0xfff8) != 0;
      return packet.get(at + 40) == UDP && (follows || isOurs(packet, at + 48));
    }
    return packet.get(at + 6) == UDP && isOurs(packet, at + 40);
  }

  private static boolean isOurs(ByteBuffer packet, int udpAt) {
    return packet.limit() >= udpAt + 2
        && (packet.getShort(udpAt) & 0xffff) == EffectiveConfig.DEFAULT_PORT;
  }

  /** Router and neighbour solicitation, neighbour advertisement (RFC 4861). */
  private static boolean isDiscovery(ByteBuffer packet, int at) {
    int type = packet.get(at + 40) & 0xff;
    return type == 133 || type == 135 || type == 136;
  }

  synchronized UplinkCounter.Count read() {
    return new UplinkCounter.Count(tunnel, neighbours, clear);
  }

  synchronized UplinkCounter.Count readAndReset() {
    UplinkCounter.Count count = read();
    tunnel = 0;
    neighbours = 0;
    clear = 0;
    return count;
  }
}
