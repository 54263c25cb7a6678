package org.p2pvpn.tun.linux;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunException;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;

/** The system calls that make and configure a device, each with its error as a sentence. */
final class TunCalls {
  // fcntl.h and socket.h, alike on x86-64 and aarch64
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  // linux/if_tun.h
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final long TUNSETVNETHDRSZ = 0x400454d8L;
  private static final int IFF_TUN = 0x1;
  private static final int IFF_MULTI_QUEUE = 0x100;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final int IFF_TUN_EXCL = 0x8000;
  private static final int TUN_F_CSUM = 0x1;
  private static final int TUN_F_TSO = 0x2 | 0x4 | 0x8; // IPv4, IPv6, with ECN
  private static final int TUN_F_USO = 0x20 | 0x40; // IPv4, IPv6

  // linux/sockios.h and linux/if.h
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final long SIOCSIFMTU = 0x8922;
  private static final int IFF_UP = 0x1;

  /** struct ifreq of linux/if.h: 16 bytes of name and a union of 24. */
  private static final int IFREQ_BYTES = 40;

  private static final int IFREQ_UNION = 16;

  private final TunBuffer ifreq = TunBuffer.allocate(IFREQ_BYTES);

  /** A new device's first queue, and the name the kernel gave it. */
  record Attached(int fd, String name, boolean virtioHeader) {}

  /**
   * Makes a device. Exclusive, since with IFF_MULTI_QUEUE a second daemon of the same name would
   * otherwise silently become one more queue and take half of the packets.
   */
  Attached create(String name, boolean virtioHeader) {
    int fd = openDevice(name);
    boolean header = virtioHeader;
    int errno = setInterface(fd, name, header, IFF_TUN_EXCL);
    if (errno == Errno.EINVAL && header) {
      header = false;
      errno = setInterface(fd, name, false, IFF_TUN_EXCL);
    }
    if (errno != 0) {
      LibC.close(fd);
      throw refused(name, "TUNSETIFF", "cannot make the device", errno);
    }
    return new Attached(fd, nameInRequest(), header);
  }

  /** One more queue of a device made by {@link #create}. */
  int attach(String name, boolean virtioHeader) {
    int fd = openDevice(name);
    int errno = setInterface(fd, name, virtioHeader, 0);
    if (errno != 0) {
      LibC.close(fd);
      throw refused(name, "TUNSETIFF", "cannot add a queue", errno);
    }
    return fd;
  }

  private static int openDevice(String name) {
    int fd = LibC.open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      throw refused(name, "open", "cannot open /dev/net/tun", Native.getLastError());
    }
    return fd;
  }

  private int setInterface(int fd, String name, boolean virtioHeader, int extraFlags) {
    int flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE | extraFlags;
    request(name).putShort(IFREQ_UNION, (short) (virtioHeader ? flags | IFF_VNET_HDR : flags));
    return errnoOf(LibC.ioctl(fd, TUNSETIFF, ifreq.address()));
  }

  /** Asks for less and less until the kernel agrees; all queues get the same. */
  TunOffloads setOffloads(List<LinuxTunQueue> queues, Attached first, TunOffloads wanted) {
    if (!first.virtioHeader()) {
      return new TunOffloads(
          false,
          false,
          false,
          false,
          wanted.virtioHeader()
              ? "the kernel refuses virtio headers, so every packet is read and written singly"
              : wanted.degradedBecause());
    }
    for (LinuxTunQueue queue : queues) {
      setHeaderSize(queue.fd(), first.name());
    }
    TunOffloads asked = wanted;
    for (LinuxTunQueue queue : queues) {
      int errno;
      while ((errno = errnoOf(LibC.ioctl(queue.fd(), TUNSETOFFLOAD, bits(asked)))) != 0) {
        asked = lessThan(asked, first.name(), errno);
      }
    }
    return asked;
  }

  private void setHeaderSize(int fd, String name) {
    // The argument is an int by reference; the request's memory serves.
    request("").putInt(0, VirtioHeader.BYTES);
    int errno = errnoOf(LibC.ioctl(fd, TUNSETVNETHDRSZ, ifreq.address()));
    if (errno != 0) {
      throw refused(name, "TUNSETVNETHDRSZ", "cannot set the header's size to 10", errno);
    }
  }

  private static long bits(TunOffloads asked) {
    return (asked.checksum() ? TUN_F_CSUM : 0)
        | (asked.tso() ? TUN_F_TSO : 0)
        | (asked.uso() ? TUN_F_USO : 0);
  }

  private static TunOffloads lessThan(TunOffloads asked, String name, int errno) {
    String because = " (TUNSETOFFLOAD: " + Errno.describe(errno) + ")";
    if (asked.uso()) {
      return asked.withoutUso("the kernel has no UDP segmentation on TUN" + because);
    }
    if (asked.tso()) {
      return asked.withoutSuperPackets("the kernel has no TCP segmentation on TUN" + because);
    }
    if (asked.checksum()) {
      return asked.withoutAny("the kernel has no checksum offload on TUN" + because);
    }
    throw refused(name, "TUNSETOFFLOAD", "cannot turn all offloads off", errno);
  }

  void setMtu(String name, int mtuBytes) {
    request(name).putInt(IFREQ_UNION, mtuBytes);
    configure(name, SIOCSIFMTU, "SIOCSIFMTU", "cannot set MTU " + mtuBytes);
  }

  void up(String name) {
    ByteBuffer request = request(name);
    configure(name, SIOCGIFFLAGS, "SIOCGIFFLAGS", "cannot read the flags");
    request.putShort(IFREQ_UNION, (short) (request.getShort(IFREQ_UNION) | IFF_UP));
    configure(name, SIOCSIFFLAGS, "SIOCSIFFLAGS", "cannot set the device up");
  }

  private void configure(String name, long call, String callName, String what) {
    int socket = LibC.socket(AF_INET, SOCK_DGRAM | O_CLOEXEC, 0);
    if (socket < 0) {
      throw refused(name, "socket", "cannot configure the device", Native.getLastError());
    }
    int errno = errnoOf(LibC.ioctl(socket, call, ifreq.address()));
    LibC.close(socket);
    if (errno != 0) {
      throw refused(name, callName, what, errno);
    }
  }

  private static int errnoOf(int result) {
    return result < 0 ? Native.getLastError() : 0;
  }

  /** An empty request for that device, in the host's byte order as every struct of the kernel's. */
  private ByteBuffer request(String name) {
    ByteBuffer request = ifreq.bytes().order(ByteOrder.nativeOrder());
    request.put(0, new byte[IFREQ_BYTES]);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    request.put(0, bytes);
    return request;
  }

  private String nameInRequest() {
    byte[] bytes = new byte[IFREQ_UNION];
    ifreq.bytes().get(0, bytes);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static TunException refused(String name, String call, String what, int errno) {
    return new TunException(
        name
            + ": "
            + what
            + ": "
            + call
            + ": "
            + Errno.describe(errno)
            + "; "
            + Errno.wayOut(errno),
        errno);
  }
}
