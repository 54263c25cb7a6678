package org.p2pvpn.overlay.identity;

/** A {@code p2pvpn://} line that cannot be read. The message never holds an invite token. */
public final class AddressSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** From 1. */
  private final int column;

  AddressSyntaxException(int column, String message) {
    super("address line, column " + column + ": " + message);
    this.column = column;
  }

  public int column() {
    return column;
  }
}
