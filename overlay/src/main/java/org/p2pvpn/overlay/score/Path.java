package org.p2pvpn.overlay.score;

import java.util.List;
import org.p2pvpn.overlay.identity.NodeId;

/** From the guard to the exit; a path of one hop is an exit. */
public record Path(List<NodeId> hops) {
  public Path {
    hops = List.copyOf(hops);
    if (hops.isEmpty() || hops.size() > PathRequest.HOPS_MAX) {
      throw new IllegalArgumentException(
          "path of %d hops: expected 1-%d".formatted(hops.size(), PathRequest.HOPS_MAX));
    }
  }

  public NodeId first() {
    return hops.getFirst();
  }

  public NodeId exit() {
    return hops.getLast();
  }

  /** All but the exit. */
  public List<NodeId> relays() {
    return hops.subList(0, hops.size() - 1);
  }
}
