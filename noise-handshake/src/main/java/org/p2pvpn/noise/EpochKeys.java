package org.p2pvpn.noise;

import java.util.Arrays;

/**
 * What a handshake is for: the two data keys of one epoch, and the suite they are for. The owner
 * closes it, which erases them. The arrays are lent, not copied, so that there is one place to
 * erase.
 */
public final class EpochKeys implements AutoCloseable {
  private final Suite suite;
  private final byte[] sendKey;
  private final byte[] receiveKey;

  /** Takes ownership of both keys, 32 bytes each. */
  public EpochKeys(Suite suite, byte[] sendKey, byte[] receiveKey) {
    this.suite = suite;
    this.sendKey = sendKey;
    this.receiveKey = receiveKey;
  }

  public Suite suite() {
    return suite;
  }

  /** Lent until {@link #close}; all zero after it. */
  public byte[] sendKey() {
    return sendKey;
  }

  /** Lent until {@link #close}; all zero after it. */
  public byte[] receiveKey() {
    return receiveKey;
  }

  @Override
  public void close() {
    Arrays.fill(sendKey, (byte) 0);
    Arrays.fill(receiveKey, (byte) 0);
  }

  @Override
  public String toString() {
    return "EpochKeys[" + suite + "]";
  }
}
