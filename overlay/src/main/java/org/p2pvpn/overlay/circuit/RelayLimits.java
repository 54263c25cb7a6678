package org.p2pvpn.overlay.circuit;

/**
 * What a relay gives; all ours.
 *
 * @param bitsPerSecond for all circuits together, both ways; 0 for as much as there is
 * @param bitsPerSecondPerPeer for all circuits of one peer; 0 for no limit of its own
 * @param circuits in all; each costs a table cell and some 100 bytes
 * @param circuitsPerPeer a client needs three for each path at a time of new keys
 * @param halfBuiltPerPeer those that nothing came back on yet
 * @param extendsPerSecond for each peer, with a burst of twice that
 */
public record RelayLimits(
    long bitsPerSecond,
    long bitsPerSecondPerPeer,
    int circuits,
    int circuitsPerPeer,
    int halfBuiltPerPeer,
    int extendsPerSecond) {
  public static final RelayLimits DEFAULT = new RelayLimits(0, 0, 10_000, 64, 16, 20);

  /** Ours: of all guests from one /24 or /48 together. */
  private static final int PEERS_PER_PREFIX = 4;

  /** For all guests of one IPv4 /24 or IPv6 /48, as four peers have. */
  public int circuitsPerPrefix() {
    return PEERS_PER_PREFIX * circuitsPerPeer;
  }

  /** Over this load a relay takes no new circuits; design section 6. */
  public static final double LOAD_MAX = 0.9;
}
