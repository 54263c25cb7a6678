package org.p2pvpn.overlay.ledger;

import java.util.List;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * One thing that we measured or that happened to us. Numbers may not be negative; how they are laid
 * out in bytes is {@link ObservationBytes}'s.
 */
public sealed interface Observation {

  /** A handshake that we began was answered; the time is from our first initiation. */
  record HandshakeMade(NodeId node, long tookMicros) implements Observation {}

  /** A handshake that we began was not answered, and we waited long enough. */
  record HandshakeFailed(NodeId node) implements Observation {}

  /** One echo. */
  record RttMeasured(NodeId node, long micros) implements Observation {}

  /** Of so many probes so many did not come back. */
  record LossMeasured(NodeId node, int sent, int lost) implements Observation {
    public LossMeasured {
      if (sent < 0 || lost < 0 || lost > sent) {
        throw new IllegalArgumentException("lost " + lost + " of " + sent);
      }
    }
  }

  /** So many bytes came through it in so much time, while there was more to send. */
  record ThroughputSeen(NodeId node, long bytes, long nanos) implements Observation {}

  /** A relay's load, and whose word that is. */
  record LoadSeen(NodeId node, int percent, Origin origin) implements Observation {}

  /** It refused an EXTEND because it had enough to do. */
  record BusySeen(NodeId node) implements Observation {}

  /** A circuit stands; the first hop comes first. */
  record CircuitBuilt(List<NodeId> path, long tookMicros) implements Observation {
    /** A circuit's limit. */
    public static final int HOPS_MAX = 5;

    public CircuitBuilt {
      path = List.copyOf(path);
      if (path.isEmpty() || path.size() > HOPS_MAX) {
        throw new IllegalArgumentException("a circuit of " + path.size() + " hops");
      }
    }
  }

  /** A circuit ended before we asked for it, and this node is why. */
  record CircuitBroken(NodeId node, How how) implements Observation {}

  /** So many bytes of ours it carried as it should, over the time since the last such entry. */
  record Served(NodeId node, long bytes) implements Observation {}

  /** It said or did something that no honest node of any version does. */
  record ProtocolBroken(NodeId node, What what) implements Observation {}

  /** Whose word it is. */
  enum Origin {
    /** The node's own. */
    CLAIMED,
    /** Ours. */
    MEASURED
  }

  /** How a circuit ended. */
  enum How {
    /** One that a later version wrote and this one does not know. */
    OTHER,
    /** Probes came back no more. */
    SILENT,
    /** It did not build what we asked for. */
    REFUSED,
    /** It said that it would stop. Nobody's fault. */
    LEFT
  }

  /** What was broken. */
  enum What {
    /** One that a later version wrote and this one does not know. */
    OTHER,
    /** An advert that contradicts itself, its signature or a newer one. */
    BAD_ADVERT,
    /** A layer that does not open, in a session whose keys are right. */
    BAD_LAYER,
    /** A challenge answered wrongly. */
    WRONG_ANSWER,
    /** Its claims are far from what we measure. */
    FALSE_CLAIM
  }
}
