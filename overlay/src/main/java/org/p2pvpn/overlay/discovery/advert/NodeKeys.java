package org.p2pvpn.overlay.discovery.advert;

import java.util.Arrays;
import org.p2pvpn.overlay.identity.NodeId;

/** A node's two public keys. Immutable. */
public final class NodeKeys {
  public static final int KEY_BYTES = 32;

  private final byte[] signing;
  private final byte[] agreement;
  private final NodeId id;

  /**
   * Copies both.
   *
   * @param signing Ed25519
   * @param agreement X25519
   */
  public NodeKeys(byte[] signing, byte[] agreement) {
    if (signing.length != KEY_BYTES || agreement.length != KEY_BYTES) {
      throw new IllegalArgumentException("public keys have 32 bytes");
    }
    this.signing = signing.clone();
    this.agreement = agreement.clone();
    this.id = NodeId.ofPublicKey(signing);
  }

  public NodeId id() {
    return id;
  }

  public byte[] signing() {
    return signing.clone();
  }

  public byte[] agreement() {
    return agreement.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeKeys that
        && id.equals(that.id)
        && Arrays.equals(agreement, that.agreement);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id.shortForm();
  }
}
