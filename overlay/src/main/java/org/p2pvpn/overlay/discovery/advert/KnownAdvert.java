package org.p2pvpn.overlay.discovery.advert;

import org.p2pvpn.overlay.identity.NodeId;

/**
 * A verified advert and how we came by it.
 *
 * @param heardSeconds Unix time when it came
 */
public record KnownAdvert(SignedAdvert signed, Advert advert, Witness witness, long heardSeconds) {
  /** Who handed it to us. */
  public enum Witness {
    /** Its node, in a session: it lives and holds its key. */
    ITSELF,
    /** Another: hearsay, though signed. */
    OTHER
  }

  public NodeId id() {
    return advert.id();
  }

  public boolean isLive(long nowSeconds) {
    return advert.validity().isLive(nowSeconds);
  }

  boolean isHearsay() {
    return witness == Witness.OTHER;
  }

  KnownAdvert by(Witness other) {
    return new KnownAdvert(signed, advert, other, heardSeconds);
  }
}
