package org.p2pvpn.tun.linux;

import com.sun.jna.Native;
import java.lang.ref.Reference;
import java.util.Objects;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunQueue;
import org.p2pvpn.tun.VirtioHeader;

/**
 * One descriptor of a TUN device. Where the kernel refused virtio headers, an empty one is put
 * before each packet read, and taken off each packet written.
 */
final class LinuxTunQueue implements TunQueue {
  private final int missingHeaderBytes;
  private volatile int fd;

  LinuxTunQueue(int fd, boolean virtioHeader) {
    this.fd = fd;
    this.missingHeaderBytes = virtioHeader ? 0 : VirtioHeader.BYTES;
  }

  @Override
  public int fd() {
    return fd;
  }

  @Override
  public int read(TunBuffer into, int at, int limit) {
    Objects.checkFromIndexSize(at, limit, into.capacity());
    int missing = missingHeaderBytes;
    if (missing != 0) {
      VirtioHeader.putPlain(into.bytes(), at);
    }
    try {
      return result(LibC.read(fd, into.address() + at + missing, limit - missing), missing);
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  @Override
  public int write(TunBuffer from, int at, int length) {
    Objects.checkFromIndexSize(at, length, from.capacity());
    int missing = missingHeaderBytes;
    try {
      return result(LibC.write(fd, from.address() + at + missing, length - missing), missing);
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  private static int result(long moved, int missing) {
    if (moved > 0) {
      return (int) moved + missing;
    }
    if (moved == 0) {
      return 0;
    }
    int errno = Native.getLastError();
    return errno == Errno.EAGAIN ? 0 : -errno;
  }

  void close() {
    int open = fd;
    fd = -1;
    if (open >= 0) {
      LibC.close(open);
    }
  }
}
