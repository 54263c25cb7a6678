package org.p2pvpn.overlay.discovery.advert;

import java.util.Arrays;

/**
 * An advert as it travels: the exact bytes, which are kept and handed on as they came, so that what
 * a later version added survives us. Immutable.
 */
public final class SignedAdvert {
  private final byte[] bytes;

  private SignedAdvert(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Any bytes; whether they are an advert is {@link AdvertCheck}'s to say. */
  public static SignedAdvert ofBytes(byte[] bytes) {
    return new SignedAdvert(bytes.clone());
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  public int sizeBytes() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedAdvert that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "SignedAdvert of " + bytes.length + " bytes";
  }
}
