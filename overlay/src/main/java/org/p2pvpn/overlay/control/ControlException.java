package org.p2pvpn.overlay.control;

/** An operator's mistake or a missing requirement: what, why, and the way out. */
public final class ControlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Sysexits' EX_CONFIG: what the config names is wrong or not there. */
  public static final int BAD_CONFIG = 78;

  /** The process's exit code, as README lists them. */
  private final int exitCode;

  /** The next command to try, or empty. */
  private final String next;

  public ControlException(int exitCode, String message, String next) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
  }

  public int exitCode() {
    return exitCode;
  }

  public String next() {
    return next;
  }
}
