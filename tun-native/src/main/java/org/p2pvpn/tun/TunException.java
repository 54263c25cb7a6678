package org.p2pvpn.tun;

/** The system refused something about a TUN device; the message says what, why and the way out. */
public final class TunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public TunException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  /** The kernel's error number, or 0 when the kernel was not asked. */
  public int errno() {
    return errno;
  }
}
