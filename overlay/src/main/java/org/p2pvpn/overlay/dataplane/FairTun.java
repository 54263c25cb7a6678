package org.p2pvpn.overlay.dataplane;

import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunQueue;
import org.p2pvpn.tun.VirtioHeader;

/**
 * A shard's share of the TUN's queues: the kernel hashes flows over them, and the loop gives each
 * one a turn. So a ping does not wait behind the four megabytes that a bulk flow keeps queued.
 *
 * <p>The kernel sends a flow's packets to the queue that its answers were last written to; hence
 * what is written is spread over the queues by flow, too.
 */
final class FairTun {
  private final List<TunQueue> queues;
  private final List<TunPort> ports = new ArrayList<>();

  /** {@code onReadable} gives one queue one turn. */
  FairTun(IoEventLoop loop, List<? extends TunQueue> queues, Consumer<TunQueue> onReadable) {
    if (Integer.bitCount(queues.size()) != 1) {
      throw new IllegalArgumentException(queues.size() + " queues: must be a power of two");
    }
    this.queues = List.copyOf(queues);
    for (TunQueue queue : queues) {
      ports.add(TunPort.of(loop, queue, () -> onReadable.accept(queue)));
    }
  }

  void resume() {
    ports.forEach(TunPort::resume);
  }

  void pause() {
    ports.forEach(TunPort::pause);
  }

  void cancel() {
    ports.forEach(TunPort::cancel);
  }

  /** Returns what {@link TunQueue#write} does. */
  int write(TunBuffer packet, int at, int length) {
    int queue = flow(packet.bytes(), at + VirtioHeader.BYTES) & (queues.size() - 1);
    return queues.get(queue).write(packet, at, length);
  }

  /** Equal for all packets of a flow; ports where TCP and UDP have them when nothing is between. */
  private static int flow(ByteBuffer packet, int at) {
    boolean ipv4 = (packet.get(at) & 0xF0) == 0x40;
    int protocol = packet.get(at + (ipv4 ? 9 : 6));
    int hash =
        ipv4
            ? packet.getInt(at + 12) ^ packet.getInt(at + 16)
            : packet.getInt(at + 20) ^ packet.getInt(at + 36);
    boolean hasPorts = protocol == 6 || protocol == 17;
    if (hasPorts && (!ipv4 || packet.get(at) == 0x45)) {
      int ports = packet.getInt(at + (ipv4 ? 20 : 40));
      hash ^= ports ^ (ports >>> 16);
    }
    hash = (hash ^ protocol) * 0x9E37_79B9;
    return hash >>> 16;
  }
}
