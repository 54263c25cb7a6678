package org.p2pvpn.overlay.host;

/** The machine refused a change: what was run, what it answered, what that means and what to do. */
public final class HostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The next command to try, or empty. */
  private final String next;

  public HostException(String message, String next) {
    super(message);
    this.next = next;
  }

  HostException(String message, String next, Throwable cause) {
    super(message, cause);
    this.next = next;
  }

  public String next() {
    return next;
  }
}
