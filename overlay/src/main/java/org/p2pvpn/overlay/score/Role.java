package org.p2pvpn.overlay.score;

/** What a node offers to others. */
public enum Role {
  RELAY,
  EXIT
}
