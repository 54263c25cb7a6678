package org.p2pvpn.overlay.discovery.advert;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/** The book as it was at one moment: for readers of any thread. Immutable. */
public final class AdvertSnapshot {
  static final AdvertSnapshot EMPTY = new AdvertSnapshot(Map.of());

  private final Map<NodeId, KnownAdvert> known;

  AdvertSnapshot(Map<NodeId, KnownAdvert> known) {
    this.known = Map.copyOf(known);
  }

  /** Null when there is none or its time is over. */
  public @Nullable KnownAdvert get(NodeId id, long nowSeconds) {
    KnownAdvert found = known.get(id);
    return found != null && found.isLive(nowSeconds) ? found : null;
  }

  /** In no order. */
  public List<KnownAdvert> live(long nowSeconds) {
    return known.values().stream().filter(one -> one.isLive(nowSeconds)).toList();
  }

  /**
   * Nodes that we had a session with and whose adverts ran out: good for a call at a restart, for
   * nothing else.
   */
  public List<KnownAdvert> anchors(long nowSeconds) {
    return known.values().stream()
        .filter(one -> !one.isLive(nowSeconds) && !one.isHearsay())
        .toList();
  }

  public int size() {
    return known.size();
  }
}
