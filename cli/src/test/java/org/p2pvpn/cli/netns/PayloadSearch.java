package org.p2pvpn.cli.netns;

/**
 * Finds any eight bytes in a row of a random payload in a capture, wherever a packet's edge or a
 * cipher's block fell. By chance that happens once in 10^5 captures of 100 MB.
 */
final class PayloadSearch {
  private static final int WINDOW_BYTES = Long.BYTES;
  private static final int SLOTS = 1 << 22;

  private final long[] windows = new long[SLOTS];

  /** Adds bytes that are to be found. */
  void add(byte[] payload) {
    long window = 0;
    for (int i = 0; i < payload.length; i++) {
      window = (window << 8) | (payload[i] & 0xff);
      if (i >= WINDOW_BYTES - 1) {
        put(window);
      }
    }
  }

  /** How many places of the bytes hold eight of the payload's. */
  int countIn(byte[] bytes) {
    int count = 0;
    long window = 0;
    for (int i = 0; i < bytes.length; i++) {
      window = (window << 8) | (bytes[i] & 0xff);
      if (i >= WINDOW_BYTES - 1 && isIn(window)) {
        count++;
      }
    }
    return count;
  }

  private void put(long window) {
    int slot = slot(window);
    while (windows[slot] != 0 && windows[slot] != window) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    windows[slot] = window;
  }

  /** Eight zeros are an empty slot and no payload. */
  private boolean isIn(long window) {
    int slot = slot(window);
    while (windows[slot] != 0) {
      if (windows[slot] == window) {
        return true;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return false;
  }

  private static int slot(long window) {
    return (int) ((window * 0x9e3779b97f4a7c15L) >>> 42);
  }
}
