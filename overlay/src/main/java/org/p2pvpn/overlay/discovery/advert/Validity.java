package org.p2pvpn.overlay.discovery.advert;

/**
 * Which of a node's adverts this is, and when it holds.
 *
 * @param sequence greater in every advert of a node; never negative here
 */
public record Validity(long sequence, long issuedSeconds, long expiresSeconds) {
  public Validity {
    if (sequence < 0 || issuedSeconds < 0 || expiresSeconds < 0) {
      throw new IllegalArgumentException("sequence and times are below 2^63");
    }
  }

  public boolean isLive(long nowSeconds) {
    return nowSeconds < expiresSeconds;
  }
}
