package org.p2pvpn.tun.linux;

/** The kernel's error numbers that opening a TUN device may meet; asm-generic/errno.h. */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EMFILE = 24;

  private Errno() {}

  /** For example {@code EPERM (errno 1)}. */
  static String describe(int errno) {
    String name =
        switch (errno) {
          case EPERM -> "EPERM";
          case ENOENT -> "ENOENT";
          case 5 -> "EIO";
          case 6 -> "ENXIO";
          case EBADF -> "EBADF";
          case EAGAIN -> "EAGAIN";
          case 12 -> "ENOMEM";
          case EACCES -> "EACCES";
          case 14 -> "EFAULT";
          case EBUSY -> "EBUSY";
          case 17 -> "EEXIST";
          case ENODEV -> "ENODEV";
          case EINVAL -> "EINVAL";
          case 23 -> "ENFILE";
          case EMFILE -> "EMFILE";
          case 25 -> "ENOTTY";
          case 34 -> "ERANGE";
          case 77 -> "EBADFD";
          case 95 -> "EOPNOTSUPP";
          case 100 -> "ENETDOWN";
          case 105 -> "ENOBUFS";
          default -> "error";
        };
    return name + " (errno " + errno + ")";
  }

  /** What the operator can do about it. */
  static String wayOut(int errno) {
    return switch (errno) {
      case EPERM, EACCES -> "needs CAP_NET_ADMIN; try: run as root, or by the systemd unit";
      case ENOENT ->
          "there is no /dev/net/tun; try: modprobe tun, or mkdir -p /dev/net && mknod"
              + " /dev/net/tun c 10 200";
      case ENODEV, 6 -> "the kernel has no TUN driver; try: modprobe tun";
      case EBUSY ->
          "the name is in use by another daemon or device; try: ip link show, or another name";
      case EMFILE, 23 -> "too many open files; try: ulimit -n 65536";
      case EINVAL -> "the kernel does not take this value";
      default -> "see the kernel's log; try: dmesg";
    };
  }
}
