package org.p2pvpn.overlay.control;

import java.time.Duration;
import java.util.List;

/**
 * What a running node can be asked, by the local socket and nobody else. Every method may be called
 * from any thread and answers within its own bound; an operator's mistake is a {@link
 * ControlException}.
 */
public interface NodeControl {
  StatusReport status();

  List<PeerReport> peers();

  /** A new invite: the node's address line with an admission token that lives for {@code life}. */
  String invite(Duration life, boolean reusable);

  /**
   * One encrypted echo to a peer, by name, node id, a unique prefix of it, or overlay address.
   *
   * @return round trip in nanoseconds, or -1 when nothing came back within {@code timeout}
   */
  long ping(String node, Duration timeout);

  /** How it reaches its peers, and where they see it. */
  NetcheckReport netcheck();

  /** Asks the network for a node id, or for nodes with a role in a country; may take seconds. */
  default List<FoundNode> find(String wanted, Duration timeout) {
    return List.of();
  }

  /** The way of its traffic. */
  PathControl paths();

  /** Asks the node to stop; it undoes what it did to the host and leaves. Returns at once. */
  void stop();
}
