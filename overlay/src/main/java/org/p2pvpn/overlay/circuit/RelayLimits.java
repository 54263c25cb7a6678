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

  /** Over this load a relay takes no new circuits; design section 6. */
  public static final double LOAD_MAX = 0.9;
}
