package org.p2pvpn.overlay.discovery.kad;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which endpoints may be called. One that answered may; one that somebody merely claims gets a
 * single knock in ten minutes, whoever claims it and however often, and all ports of one address a
 * handful (threats.md 31: a victim's address advertised ten thousand times).
 */
final class ProbeGuard {
  /** Nodes behind one NAT have one address. */
  private static final int HOST_KNOCKS_MAX = 4;

  private record Knock(long nanos, boolean answered) {}

  private record Window(long beganNanos, int knocks) {}

  private final Map<InetSocketAddress, Knock> endpoints = new Recent<>();
  private final Map<InetAddress, Window> hosts = new Recent<>();

  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > KadLimits.PROBES_KEPT;
    }
  }

  /** Where this node may be called now; those are taken as called. At most one of each family. */
  List<InetSocketAddress> take(Contact contact, long nowNanos) {
    List<InetSocketAddress> open = new ArrayList<>(2);
    int families = 0;
    for (InetSocketAddress endpoint : contact.endpoints()) {
      int family = endpoint.getAddress().getAddress().length;
      if ((families & family) == 0 && mayKnock(endpoint, nowNanos)) {
        families |= family;
        open.add(endpoint);
      }
    }
    return open;
  }

  /** The node with this advert answered a call to these. */
  void answered(List<InetSocketAddress> at, long nowNanos) {
    at.forEach(endpoint -> endpoints.put(endpoint, new Knock(nowNanos, true)));
  }

  private boolean mayKnock(InetSocketAddress endpoint, long nowNanos) {
    Knock last = endpoints.get(endpoint);
    if (last != null && last.answered) {
      return true;
    }
    if (last != null && nowNanos - last.nanos < KadLimits.PROBE_PAUSE_NANOS) {
      return false;
    }
    Window window = hosts.get(endpoint.getAddress());
    if (window == null || nowNanos - window.beganNanos >= KadLimits.PROBE_PAUSE_NANOS) {
      window = new Window(nowNanos, 0);
    }
    if (window.knocks >= HOST_KNOCKS_MAX) {
      return false;
    }
    hosts.put(endpoint.getAddress(), new Window(window.beganNanos, window.knocks + 1));
    endpoints.put(endpoint, new Knock(nowNanos, false));
    return true;
  }

  /** It did not: the next call is a knock again. */
  void silent(List<InetSocketAddress> at, long nowNanos) {
    at.forEach(endpoint -> endpoints.put(endpoint, new Knock(nowNanos, false)));
  }
}
