package org.p2pvpn.overlay.discovery.advert;

/** What a node offers to do for others. A role of a later version is not shown, only kept. */
public enum Role {
  /** Forwards circuits. */
  RELAY(1),
  /** Lets traffic out to the internet. */
  EXIT(2);

  private final int number;

  Role(int number) {
    this.number = number;
  }

  /** In {@code advert.proto}; its bit in a message is {@code 1 << (number - 1)}. */
  public int number() {
    return number;
  }

  public int bit() {
    return 1 << (number - 1);
  }
}
