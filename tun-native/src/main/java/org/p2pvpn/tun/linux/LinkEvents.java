package org.p2pvpn.tun.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.time.Duration;
import org.p2pvpn.tun.TunException;

/**
 * Tells that a link, an address or a route of this host came, went or changed (rtnetlink's groups),
 * and not which: whoever wants to know looks. It costs nothing while nothing happens. One thread
 * waits; any may close.
 */
public final class LinkEvents implements AutoCloseable {
  // bits/socket.h
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOCK_NONBLOCK = 0x800;

  // linux/netlink.h, linux/rtnetlink.h
  private static final int NETLINK_ROUTE = 0;
  private static final int RTMGRP_LINK = 0x1;
  private static final int RTMGRP_IPV4_IFADDR = 0x10;
  private static final int RTMGRP_IPV4_ROUTE = 0x40;
  private static final int RTMGRP_IPV6_IFADDR = 0x100;
  private static final int RTMGRP_IPV6_ROUTE = 0x400;
  private static final int GROUPS =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;
  private static final int SOCKADDR_BYTES = 12;

  // poll.h
  private static final short POLLIN = 1;
  private static final int POLLFD_BYTES = 8;

  private static final int MESSAGE_BYTES = 16_384;

  private final int fd;
  private final Memory entry = new Memory(POLLFD_BYTES);
  private final Memory message = new Memory(MESSAGE_BYTES);
  private boolean closed;

  private LinkEvents(int fd) {
    this.fd = fd;
  }

  /**
   * From now on the kernel remembers that something happened.
   *
   * @throws TunException when the system does not give such a socket
   */
  public static LinkEvents open() {
    int fd = LibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    int errno = fd < 0 ? Native.getLastError() : 0;
    if (errno == 0) {
      try (Memory address = new Memory(SOCKADDR_BYTES)) {
        address.clear();
        address.setShort(0, (short) AF_NETLINK);
        address.setInt(8, GROUPS);
        if (LibC.bind(fd, Pointer.nativeValue(address), SOCKADDR_BYTES) < 0) {
          errno = Native.getLastError();
          LibC.close(fd);
        }
      }
    }
    if (errno != 0) {
      throw new TunException("cannot watch this host's links: " + Errno.describe(errno), errno);
    }
    return new LinkEvents(fd);
  }

  /** Waits until something happened, or the time is over; true for the former. */
  public boolean await(Duration longest) {
    if (isClosed()) {
      return false;
    }
    entry.setInt(0, fd);
    entry.setShort(4, POLLIN);
    entry.setShort(6, (short) 0);
    int ready = LibC.poll(Pointer.nativeValue(entry), 1, (int) longest.toMillis());
    return ready > 0 && drain();
  }

  /** Several changes that come together are one; so is a full buffer (ENOBUFS). */
  private synchronized boolean drain() {
    while (!closed && LibC.read(fd, Pointer.nativeValue(message), MESSAGE_BYTES) > 0) {
      // What it says is looked up.
    }
    return !closed;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LibC.close(fd);
    }
  }
}
