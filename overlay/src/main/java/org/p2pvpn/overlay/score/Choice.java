package org.p2pvpn.overlay.score;

/** What came of the search for a path. */
public sealed interface Choice permits Choice.Chosen, NoPath {
  record Chosen(Path path) implements Choice {}
}
