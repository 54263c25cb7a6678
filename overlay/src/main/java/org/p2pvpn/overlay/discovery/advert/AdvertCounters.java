package org.p2pvpn.overlay.discovery.advert;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What became of adverts. One thread counts, any may read. */
@SuppressWarnings("EnumOrdinal") // an array index, never stored or sent
public final class AdvertCounters {
  private static final AdvertRefusal[] REFUSALS = AdvertRefusal.values();

  private final AtomicLongArray refused = new AtomicLongArray(REFUSALS.length);

  /** Taken, signatures verified, handed on. */
  private final AtomicLongArray others = new AtomicLongArray(3);

  void countTaken() {
    others.incrementAndGet(0);
  }

  void countVerified() {
    others.incrementAndGet(1);
  }

  void countOffered() {
    others.incrementAndGet(2);
  }

  void count(AdvertRefusal refusal) {
    refused.incrementAndGet(refusal.ordinal());
  }

  public long get(AdvertRefusal refusal) {
    return refused.get(refusal.ordinal());
  }

  public long taken() {
    return others.get(0);
  }

  public long verified() {
    return others.get(1);
  }

  public long offered() {
    return others.get(2);
  }

  /** Beside the other counters, refusals as {@code advert_refused_expired}. */
  public void addTo(Map<String, Long> sums) {
    sums.merge("adverts_taken", taken(), Long::sum);
    sums.merge("adverts_verified", verified(), Long::sum);
    sums.merge("adverts_offered", offered(), Long::sum);
    for (AdvertRefusal refusal : REFUSALS) {
      sums.merge(
          "advert_refused_" + refusal.name().toLowerCase(Locale.ROOT), get(refusal), Long::sum);
    }
  }
}
