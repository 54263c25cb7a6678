package org.p2pvpn.tun;

import java.util.List;

/**
 * One TUN device. What is read and written always begins with a {@link VirtioHeader}, whatever the
 * kernel below can do.
 *
 * <p>{@link #close} may be called twice. It must not run while a queue is being read or written:
 * whoever owns the queues' event loops stops them first.
 */
public interface Tun extends AutoCloseable {
  String name();

  int mtuBytes();

  TunOffloads offloads();

  List<? extends TunQueue> queues();

  /**
   * Sets the device up. Addresses and routes are not this module's: the host code uses {@code ip}.
   */
  void up();

  @Override
  void close();
}
