package org.p2pvpn.noise;

/**
 * What an authentic initiation says of its sender. The static key is proven by the handshake and
 * the signing key by its signature over the static key. Neither proves that the initiation is
 * fresh: compare the timestamp with the greatest one seen ({@link TimestampStore}) before
 * answering.
 */
public final class Introduction {
  private final Suite suite;
  private final int peerIndex;
  private final long timestamp;
  private final byte[] staticKey;
  private final byte[] signingKey;
  private final byte[] token;

  Introduction(
      Suite suite,
      int peerIndex,
      long timestamp,
      byte[] staticKey,
      byte[] signingKey,
      byte[] token) {
    this.suite = suite;
    this.peerIndex = peerIndex;
    this.timestamp = timestamp;
    this.staticKey = staticKey;
    this.signingKey = signingKey;
    this.token = token;
  }

  public Suite suite() {
    return suite;
  }

  /** The index the peer wants to see in what we send it. */
  public int peerIndex() {
    return peerIndex;
  }

  public long timestamp() {
    return timestamp;
  }

  /** X25519 public key. */
  public byte[] staticKey() {
    return staticKey.clone();
  }

  /** Ed25519 public key. */
  public byte[] signingKey() {
    return signingKey.clone();
  }

  public byte[] nodeId() {
    return Identity.nodeIdOf(signingKey);
  }

  /** The admission secret it shows, 16 bytes, all zero for none. */
  public byte[] token() {
    return token.clone();
  }
}
