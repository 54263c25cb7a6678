package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.discovery.advert.Advert;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.wire.KadMessage;

/** One key that our advert is kept under, and who keeps it. Equal to others of the same key. */
final class Publication {
  private final int role;
  private final KadKey key;
  private List<Contact> keepers = List.of();
  private long locatedNanos;

  private Publication(int role, KadKey key) {
    this.role = role;
    this.key = key;
  }

  /** Its node id, and each of its roles where it says that it is. */
  static List<Publication> of(Contact own) {
    List<Publication> all = new ArrayList<>();
    all.add(new Publication(0, own.key));
    Advert advert = own.advert();
    String country = advert.claims().place().country();
    if (!country.isEmpty()) {
      for (Role one : advert.claims().roles()) {
        all.add(new Publication(one.bit(), KadKey.ofProviders(one.bit(), country)));
      }
    }
    return all;
  }

  /** With those who keep it, or, once in an hour, with those who should. */
  void renew(Kad kad, Moment now) {
    boolean located = !keepers.isEmpty() && now.nanos() - locatedNanos < KadLimits.RELOCATE_NANOS;
    if (located) {
      store(kad, now);
      return;
    }
    kad.begin(
        new Goal.Nearest(key),
        (lookup, then) -> {
          keepers = lookup.nearest();
          locatedNanos = then.nanos();
          store(kad, then);
        },
        false,
        now);
  }

  private void store(Kad kad, Moment now) {
    Contact own = kad.own();
    if (own == null) {
      return;
    }
    byte[] advert = own.signed().toBytes();
    for (Contact keeper : keepers) {
      kad.askAt(
          keeper,
          query -> new KadMessage.Store(query, role, advert),
          (from, parts, _) -> {
            if (parts.isEmpty()) {
              keepers = keepers.stream().filter(one -> !one.id().equals(from.id())).toList();
            }
          },
          now);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Publication that && role == that.role && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
