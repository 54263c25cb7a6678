package org.p2pvpn.tun.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.p2pvpn.tun.TunException;

/**
 * Reads a copy of every IP packet that any device of a namespace sends or receives, as a capture
 * program does. One thread reads; there is no close: the descriptor goes with the process.
 */
public final class PacketTap {
  // bits/socket.h, linux/if_ether.h
  private static final int AF_PACKET = 17;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int ETH_P_ALL = 3;

  /** A packet before segmentation is that long at most, and some. */
  private static final int PACKET_BYTES_MAX = 1 << 17;

  private final int fd;
  private final Memory memory = new Memory(PACKET_BYTES_MAX);
  private final ByteBuffer packet = memory.getByteBuffer(0, PACKET_BYTES_MAX);

  private PacketTap(int fd) {
    this.fd = fd;
  }

  /**
   * From now on the kernel keeps packets for it, 200 KB of them; more than that are not seen.
   *
   * @throws TunException without CAP_NET_RAW
   */
  public static PacketTap open(Path namespace) {
    // SOCK_DGRAM takes the link's header away, so that a TUN and an Ethernet look alike.
    int bigEndian = ETH_P_ALL << 8;
    int[] opened = new int[2];
    NetworkNamespace.inside(
        namespace,
        () -> {
          opened[0] = LibC.socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, bigEndian);
          opened[1] = opened[0] < 0 ? Native.getLastError() : 0;
          return opened;
        });
    if (opened[0] < 0) {
      throw new TunException(
          namespace + ": cannot capture: " + Errno.describe(opened[1]), opened[1]);
    }
    return new PacketTap(opened[0]);
  }

  /**
   * The next packet, from its IP header on, valid until the next call; empty when there is none.
   */
  public ByteBuffer read() {
    long count = LibC.read(fd, com.sun.jna.Pointer.nativeValue(memory), PACKET_BYTES_MAX);
    return packet.clear().limit((int) Math.max(count, 0));
  }
}
