package org.p2pvpn.overlay.control;

/** What stands between us and the internet, as far as others' view of our port tells. */
public enum NatKind {
  /** Nobody has told yet. */
  UNKNOWN("not known yet: no peer has said where it sees us"),

  /** Our own addresses are what others see. */
  NONE("none: others see this host's own address"),

  /** There is one; with one observer more is not to be known. */
  SOME("behind a NAT, of a kind that one observer cannot tell"),

  /** RFC 4787, section 4.1: one port for all; others can call us where any of them sees us. */
  ENDPOINT_INDEPENDENT("behind a NAT that shows all peers one port: holes can be punched"),

  /** Another port for each peer ("symmetric"). */
  ENDPOINT_DEPENDENT("behind a NAT that shows each peer another port (symmetric)");

  private final String meaning;

  NatKind(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether something forgets us when we are silent. Until it is known we had better assume so. */
  boolean forgets() {
    return this != NONE;
  }
}
