package org.p2pvpn.overlay.session;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of a nested session reach the other side: inside the sessions with the hops
 * before it, guard first. Each hop opens its own layer, and finds a message for the next.
 *
 * <p>Immutable. To take another way a session gets another one.
 */
public record Way(List<Session> hops) {
  /** Ours, design section 5: a sixth hop adds delay and hides nothing more. */
  public static final int HOPS_MAX = 5;

  /** {@code hops}: the sessions outside, guard first; the last node of a way is not among them. */
  public Way {
    hops = List.copyOf(hops);
    if (hops.isEmpty() || hops.size() >= HOPS_MAX) {
      throw new IllegalArgumentException(hops.size() + " hops before the last: must be 1 to 4");
    }
  }

  /** The only one whose messages are datagrams of their own. */
  public Session guard() {
    return hops.getFirst();
  }

  public @Nullable InetSocketAddress endpoint() {
    return guard().endpoint();
  }

  /** The node that sends what it finds to the session's own node. */
  public Session last() {
    return hops.getLast();
  }

  /** Whether every layer can be sealed. */
  public boolean isOpen() {
    for (Session hop : hops) {
      if (hop.sending() == null) {
        return false;
      }
    }
    return true;
  }
}
