package org.p2pvpn.overlay.discovery.kad;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.p2pvpn.overlay.discovery.advert.Advert;
import org.p2pvpn.overlay.discovery.advert.KnownAdvert;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.identity.NodeId;

/** A node by its advert, verified or not: whoever holds one knows which. Immutable. */
public final class Contact {
  private final SignedAdvert signed;
  private final Advert advert;
  private final NodeId id;
  private final Set<Long> prefixes;
  final KadKey key;

  public Contact(SignedAdvert signed, Advert advert) {
    this.signed = signed;
    this.advert = advert;
    id = advert.id();
    key = KadKey.of(id);
    prefixes = Set.copyOf(advert.prefixes());
  }

  public NodeId id() {
    return id;
  }

  public SignedAdvert signed() {
    return signed;
  }

  public Advert advert() {
    return advert;
  }

  public List<InetSocketAddress> endpoints() {
    return advert.claims().endpoints();
  }

  /** For the file that the next run begins with. */
  public KnownAdvert known() {
    return new KnownAdvert(
        signed, advert, KnownAdvert.Witness.ITSELF, advert.validity().issuedSeconds());
  }

  long sequence() {
    return advert.sequence();
  }

  boolean isLive(long nowSeconds) {
    return advert.validity().isLive(nowSeconds);
  }

  /** The /24 and /48 of its internet addresses. */
  Set<Long> prefixes() {
    return prefixes;
  }

  /** Whether it says of itself that it does this there. */
  boolean provides(int role, String country) {
    return advert.claims().place().country().equals(country)
        && advert.claims().roles().stream().anyMatch(one -> one.bit() == role);
  }

  @Override
  public String toString() {
    return id.shortForm();
  }
}
