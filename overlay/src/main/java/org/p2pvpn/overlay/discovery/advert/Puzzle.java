package org.p2pvpn.overlay.discovery.advert;

/**
 * What a node's key must have cost (S/Kademlia's crypto puzzle). The network says which; {@link
 * #NONE} asks for nothing.
 */
public interface Puzzle {
  Puzzle NONE = (_, _) -> true;

  /** Microseconds at most, and a pure function: it stands before the signature. */
  boolean isSolved(NodeKeys keys, long nonce);
}
