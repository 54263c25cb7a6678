package org.p2pvpn.tun.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.TunException;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.TunQueue;

/**
 * A TUN device of this process's network namespace, removed by the kernel when the last queue is
 * closed or the process dies.
 *
 * <p>Addresses and routes are left to {@code ip}. A failed {@link #open} leaves nothing behind.
 */
public final class LinuxTun implements Tun {
  /** IFNAMSIZ of linux/if.h is 16 with the final zero. */
  private static final int NAME_BYTES_MAX = 15;

  /**
   * Ours: one queue a shard, four shards at most by default, room for more. MAX_TAP_QUEUES is 256.
   */
  private static final int QUEUES_MAX = 64;

  private final String name;
  private final int mtuBytes;
  private final TunOffloads offloads;
  private final List<LinuxTunQueue> queues;

  private LinuxTun(String name, int mtuBytes, TunOffloads offloads, List<LinuxTunQueue> queues) {
    this.name = name;
    this.mtuBytes = mtuBytes;
    this.offloads = offloads;
    this.queues = List.copyOf(queues);
  }

  /** Loads what {@link #open} will need; opens nothing and needs no rights. */
  public static void preload() {
    LibC.close(-1);
  }

  /** Opens a new device with every offload the kernel grants. */
  public static LinuxTun open(String name, int mtuBytes, int queueCount) {
    return open(name, mtuBytes, queueCount, TunOffloads.ALL);
  }

  /**
   * Opens a new device.
   *
   * @param name at most 15 bytes; {@code p2p%d} lets the kernel choose the number
   * @param wanted the most to ask for; what was granted is in {@link #offloads}
   * @throws TunException when the system refuses, saying which call and what to do
   */
  public static LinuxTun open(String name, int mtuBytes, int queueCount, TunOffloads wanted) {
    checkName(name);
    if (queueCount < 1 || queueCount > QUEUES_MAX) {
      throw new IllegalArgumentException("queues must be 1-" + QUEUES_MAX + ": " + queueCount);
    }
    TunCalls calls = new TunCalls();
    List<LinuxTunQueue> queues = new ArrayList<>();
    try {
      TunCalls.Attached first = calls.create(name, wanted.virtioHeader());
      queues.add(new LinuxTunQueue(first.fd(), first.virtioHeader()));
      for (int i = 1; i < queueCount; i++) {
        int fd = calls.attach(first.name(), first.virtioHeader());
        queues.add(new LinuxTunQueue(fd, first.virtioHeader()));
      }
      TunOffloads granted = calls.setOffloads(queues, first, wanted);
      calls.setMtu(first.name(), mtuBytes);
      return new LinuxTun(first.name(), mtuBytes, granted, queues);
    } catch (TunException refused) {
      queues.forEach(LinuxTunQueue::close);
      throw refused;
    }
  }

  private static void checkName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > NAME_BYTES_MAX || name.matches(".*[\\s/:].*")) {
      throw new TunException(
          "'"
              + name
              + "': an interface name has 1-15 bytes without spaces, slashes and colons, this one "
              + length
              + "; try: a shorter name",
          0);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public TunOffloads offloads() {
    return offloads;
  }

  @Override
  public List<? extends TunQueue> queues() {
    return queues;
  }

  @Override
  public void up() {
    new TunCalls().up(name);
  }

  @Override
  public void close() {
    queues.forEach(LinuxTunQueue::close);
  }
}
