package org.p2pvpn.cli.underlay;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.List;
import java.util.function.Consumer;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.TunQueue;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.linux.LinuxTun;
import org.p2pvpn.tun.linux.NetworkNamespace;

/**
 * A host's way into the emulated internet: {@code eth0} in its namespace, a TUN device without
 * offloads, so that the kernel cuts and sums what it sends as for a wire. Lives on the event loop.
 */
final class Uplink implements EpollIoHandle {
  /** Ours: a train of super-packets that daemon and kernel send at once, while we are elsewhere. */
  private static final int QUEUE_PACKETS = 5000;

  /** Ours: one turn reads this many, so that every host gets its turn. */
  private static final int BATCH_PACKETS = 64;

  private static final int PACKET_BYTES_MAX = 65_535;

  private final Tun tun;
  private final TunQueue queue;
  private final TunBuffer in = TunBuffer.allocate(VirtioHeader.BYTES + PACKET_BYTES_MAX);
  private final TunBuffer out = TunBuffer.allocate(VirtioHeader.BYTES + PACKET_BYTES_MAX);
  private final FileDescriptor descriptor;
  private final Consumer<Uplink> onReadable;
  private final IoRegistration registration;

  private Uplink(Tun tun, IoEventLoop loop, Consumer<Uplink> onReadable) {
    this.tun = tun;
    this.queue = tun.queues().getFirst();
    this.onReadable = onReadable;
    this.descriptor = new FileDescriptor(queue.fd());
    this.registration = loop.register(this).syncUninterruptibly().getNow();
    registration.submit(EpollIoOps.EPOLLIN);
  }

  /** Not on the loop, which must go on meanwhile. A failure leaves no device. */
  static Uplink open(
      HostNetwork network, List<String> addresses, IoEventLoop loop, Consumer<Uplink> onReadable) {
    Tun tun =
        NetworkNamespace.inside(
            network.path(),
            () -> LinuxTun.open(HostNetwork.DEVICE, LinkShape.MTU_BYTES, 1, TunOffloads.NONE));
    try {
      network.bringUp(QUEUE_PACKETS);
      network.address(addresses);
      return new Uplink(tun, loop, onReadable);
    } catch (RuntimeException e) {
      tun.close();
      throw e;
    }
  }

  /** What the host has sent, one after the other, but not for ever. */
  void read(Underlay underlay, Host host) {
    long nowNanos = System.nanoTime();
    for (int i = 0; i < BATCH_PACKETS; i++) {
      int length = queue.read(in, 0, in.capacity()) - VirtioHeader.BYTES;
      if (length <= 0) {
        return;
      }
      Packet packet = underlay.borrow(length);
      packet.bytes.put(0, in.bytes(), VirtioHeader.BYTES, length);
      packet.length = length;
      underlay.send(host, packet, nowNanos);
    }
  }

  /** Whether the host's device took it. */
  boolean write(Packet packet) {
    VirtioHeader.putPlain(out.bytes(), 0);
    out.bytes().put(VirtioHeader.BYTES, packet.bytes, 0, packet.length);
    return queue.write(out, 0, VirtioHeader.BYTES + packet.length) > 0;
  }

  @Override
  public void handle(IoRegistration ready, IoEvent event) {
    onReadable.accept(this);
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  /** On the loop: the device is gone afterwards, with its addresses and routes. */
  @Override
  public void close() {
    registration.cancel();
    tun.close();
  }
}
