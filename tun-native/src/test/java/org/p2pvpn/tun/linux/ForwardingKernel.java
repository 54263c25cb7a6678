package org.p2pvpn.tun.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.TunQueue;
import org.p2pvpn.tun.VirtioHeader;

/**
 * Two TUN devices with the kernel forwarding between them:
 *
 * <pre>
 *   write, virtio headers -> [in]  kernel  [out] -> read: without offloads, what would be on a wire
 *                        10.9.0.0/24     10.9.1.0/24   (fd09:0::/64, fd09:1::/64)
 * </pre>
 */
final class ForwardingKernel implements AutoCloseable {
  private static final long WAIT_NANOS = 2_000_000_000L;

  private final LinuxTun in = LinuxTun.open("in", 1500, 1);
  private final LinuxTun out;
  private final TunBuffer buffer = TunBuffer.allocate(70_000);

  ForwardingKernel(TunOffloads outOffloads) {
    out = LinuxTun.open("out", 1500, 1, outOffloads);
    Namespace.run("ip", "link", "set", "lo", "up");
    Namespace.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    Namespace.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0");
    for (LinuxTun tun : List.of(in, out)) {
      Namespace.run("ip", "link", "set", tun.name(), "addrgenmode", "none", "txqueuelen", "5000");
      tun.up();
      int subnet = tun == in ? 0 : 1;
      String name = tun.name();
      Namespace.run("ip", "addr", "add", "10.9." + subnet + ".1/24", "dev", name);
      Namespace.run("ip", "addr", "add", "fd09:" + subnet + "::1/64", "nodad", "dev", name);
    }
  }

  LinuxTun in() {
    return in;
  }

  void write(byte[] withHeader) {
    buffer.bytes().put(0, withHeader);
    int written = in.queues().getFirst().write(buffer, 0, withHeader.length);
    if (written != withHeader.length) {
      throw new AssertionError("write of " + withHeader.length + " answered " + written);
    }
  }

  /** Waits for that many packets; less when they do not come. */
  List<byte[]> read(int count) {
    return read(out.queues().getFirst(), count);
  }

  List<byte[]> read(TunQueue queue, int count) {
    List<byte[]> packets = readWithHeaders(queue, count);
    packets.replaceAll(all -> Arrays.copyOfRange(all, VirtioHeader.BYTES, all.length));
    return packets;
  }

  List<byte[]> readWithHeaders(int count) {
    return readWithHeaders(out.queues().getFirst(), count);
  }

  private List<byte[]> readWithHeaders(TunQueue queue, int count) {
    List<byte[]> packets = new ArrayList<>();
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (packets.size() < count && System.nanoTime() < deadline) {
      int length = queue.read(buffer, 0, buffer.capacity());
      if (length == 0) {
        Thread.onSpinWait();
        continue;
      }
      if (length < 0) {
        throw new AssertionError("read answered " + length);
      }
      byte[] all = new byte[length];
      buffer.bytes().get(0, all);
      // Not the kernel's own multicast listener reports. An ICMP error about ours is worth seeing.
      int ip = VirtioHeader.BYTES;
      if (all[ip] >>> 4 != 6 || all[ip + 24] != (byte) 0xff) {
        packets.add(all);
      }
    }
    return packets;
  }

  @Override
  public void close() {
    in.close();
    out.close();
  }
}
