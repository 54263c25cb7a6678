package org.p2pvpn.overlay.ledger;

import java.time.Duration;

/**
 * How much is kept. A period is six hours, one file. When everything together is too much, the
 * oldest files go; when one period alone is, its further observations are lost, so that a flood in
 * one evening does not push out what we learned in a month.
 *
 * @param age files whose last entry is older are deleted
 * @param bytes all files together
 * @param periodBytes one file
 * @param freeBytesMin left on the disk for others; with less nothing is written
 */
record Limits(Duration age, long bytes, long periodBytes, long freeBytesMin) {
  /**
   * Ours. Trust forgets 1 % a day, and what a month says, the months before would not change. A
   * million observations of 64 bytes fill the space.
   */
  static final Limits DEFAULT = new Limits(Duration.ofDays(30), 64L << 20, 16L << 20, 8L << 20);

  Limits {
    if (periodBytes * 2 > bytes) {
      throw new IllegalArgumentException("the space must hold two periods at least");
    }
  }
}
