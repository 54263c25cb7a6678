package org.p2pvpn.tun;

/**
 * One queue of a TUN device, used by one thread at a time. Neither method blocks, throws for what
 * the system says, or allocates.
 */
public interface TunQueue {
  /** For an event loop to poll; -1 when there is no descriptor (in memory, or closed). */
  int fd();

  /**
   * Reads one virtio header and the packet or super-packet behind it.
   *
   * @param limit bytes that may be written from {@code at} on; a longer packet is cut off
   * @return bytes read, 0 when nothing is waiting, or a negative errno
   */
  int read(TunBuffer into, int at, int limit);

  /**
   * Writes one virtio header and the packet or super-packet behind it.
   *
   * @return bytes written, 0 when there is no room, or a negative errno
   */
  int write(TunBuffer from, int at, int length);
}
