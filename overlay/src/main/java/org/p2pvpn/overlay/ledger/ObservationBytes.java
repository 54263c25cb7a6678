package org.p2pvpn.overlay.ledger;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation.BusySeen;
import org.p2pvpn.overlay.ledger.Observation.CircuitBroken;
import org.p2pvpn.overlay.ledger.Observation.CircuitBuilt;
import org.p2pvpn.overlay.ledger.Observation.HandshakeFailed;
import org.p2pvpn.overlay.ledger.Observation.HandshakeMade;
import org.p2pvpn.overlay.ledger.Observation.How;
import org.p2pvpn.overlay.ledger.Observation.LoadSeen;
import org.p2pvpn.overlay.ledger.Observation.LossMeasured;
import org.p2pvpn.overlay.ledger.Observation.Origin;
import org.p2pvpn.overlay.ledger.Observation.ProtocolBroken;
import org.p2pvpn.overlay.ledger.Observation.RttMeasured;
import org.p2pvpn.overlay.ledger.Observation.Served;
import org.p2pvpn.overlay.ledger.Observation.ThroughputSeen;
import org.p2pvpn.overlay.ledger.Observation.What;

/**
 * One entry as bytes, big endian:
 *
 * <pre>
 *   0        1        2        3        4                                 12
 *   +--------+--------+--------+--------+---------------------------------+
 *   | version|  kind  |  code  |  hops  |            at, in ms            |
 *   +--------+--------+--------+--------+---------------------------------+
 *   | node id, 32 bytes, as often as hops says                            |
 *   +---------------------------------+---------------------------------+-+
 *   |            first                |            second               |
 *   +---------------------------------+---------------------------------+
 *
 *   kind                 code     hops   first        second
 *    1 handshake made             1      took us
 *    2 handshake failed           1
 *    3 rtt measured               1      us
 *    4 loss measured              1      sent         lost
 *    5 throughput seen            1      bytes        ns
 *    6 load seen         origin   1      percent
 *    7 busy seen                  1
 *    8 circuit built              1-5    took us
 *    9 circuit broken    how      1
 *   10 served                     1      bytes
 *   11 protocol broken   what     1
 * </pre>
 *
 * What a kind does not use is zero, so that every entry of one node has 60 bytes. Numbers of kinds
 * and codes are never given twice. A reader skips versions and kinds it does not know.
 */
final class ObservationBytes {
  static final int VERSION = 1;
  static final int BYTES_MAX = 12 + CircuitBuilt.HOPS_MAX * NodeId.BYTES + 16;

  private static final int NODES_AT = 12;

  private ObservationBytes() {}

  /** Writes at the buffer's position. */
  static void write(Entry entry, ByteBuffer to) {
    long at = entry.atMillis();
    switch (entry.what()) {
      case HandshakeMade(var node, var micros) -> put(to, at, 1, 0, node, micros, 0);
      case HandshakeFailed(var node) -> put(to, at, 2, 0, node, 0, 0);
      case RttMeasured(var node, var micros) -> put(to, at, 3, 0, node, micros, 0);
      case LossMeasured(var node, var sent, var lost) -> put(to, at, 4, 0, node, sent, lost);
      case ThroughputSeen(var node, var bytes, var nanos) -> put(to, at, 5, 0, node, bytes, nanos);
      case LoadSeen(var node, var percent, var origin) ->
          put(to, at, 6, code(origin), node, percent, 0);
      case BusySeen(var node) -> put(to, at, 7, 0, node, 0, 0);
      case CircuitBuilt built -> {
        head(to, at, 8, 0, built.path().size());
        built.path().forEach(node -> to.put(node.toBytes()));
        to.putLong(built.tookMicros()).putLong(0);
      }
      case CircuitBroken(var node, var how) -> put(to, at, 9, code(how), node, 0, 0);
      case Served(var node, var bytes) -> put(to, at, 10, 0, node, bytes, 0);
      case ProtocolBroken(var node, var what) -> put(to, at, 11, code(what), node, 0, 0);
    }
  }

  private static void put(
      ByteBuffer to, long at, int kind, int code, NodeId node, long first, long second) {
    head(to, at, kind, code, 1);
    to.put(node.toBytes()).putLong(first).putLong(second);
  }

  private static void head(ByteBuffer to, long at, int kind, int code, int hops) {
    to.put((byte) VERSION).put((byte) kind).put((byte) code).put((byte) hops).putLong(at);
  }

  /** The entry between position and limit, or null when this version cannot read it. */
  static @Nullable Entry read(ByteBuffer from) {
    int start = from.position();
    if (from.remaining() < NODES_AT || from.get(start) != VERSION) {
      return null;
    }
    int hops = from.get(start + 3);
    if (hops < 1
        || hops > CircuitBuilt.HOPS_MAX
        || from.remaining() != NODES_AT + hops * NodeId.BYTES + 16) {
      return null;
    }
    int kind = from.get(start + 1);
    if (hops > 1 && kind != 8) {
      return null;
    }
    NodeId[] nodes = new NodeId[hops];
    byte[] id = new byte[NodeId.BYTES];
    from.position(start + NODES_AT);
    for (int i = 0; i < hops; i++) {
      from.get(id);
      nodes[i] = NodeId.ofBytes(id);
    }
    long first = from.getLong();
    long second = from.getLong();
    if (first < 0 || second < 0) {
      return null;
    }
    Observation what = observation(kind, from.get(start + 2), nodes, first, second);
    return what == null ? null : new Entry(from.getLong(start + 4), what);
  }

  private static @Nullable Observation observation(
      int kind, int code, NodeId[] nodes, long first, long second) {
    NodeId node = nodes[0];
    return switch (kind) {
      case 1 -> new HandshakeMade(node, first);
      case 2 -> new HandshakeFailed(node);
      case 3 -> new RttMeasured(node, first);
      case 4 ->
          second > first || first > Integer.MAX_VALUE
              ? null
              : new LossMeasured(node, (int) first, (int) second);
      case 5 -> new ThroughputSeen(node, first, second);
      case 6 ->
          first > 100
              ? null
              : new LoadSeen(node, (int) first, code == 1 ? Origin.MEASURED : Origin.CLAIMED);
      case 7 -> new BusySeen(node);
      case 8 -> new CircuitBuilt(java.util.List.of(nodes), first);
      case 9 -> new CircuitBroken(node, how(code));
      case 10 -> new Served(node, first);
      case 11 -> new ProtocolBroken(node, what(code));
      default -> null;
    };
  }

  private static int code(Origin origin) {
    return switch (origin) {
      case CLAIMED -> 0;
      case MEASURED -> 1;
    };
  }

  private static int code(How how) {
    return switch (how) {
      case OTHER -> 0;
      case SILENT -> 1;
      case REFUSED -> 2;
      case LEFT -> 3;
    };
  }

  private static How how(int code) {
    return switch (code) {
      case 1 -> How.SILENT;
      case 2 -> How.REFUSED;
      case 3 -> How.LEFT;
      default -> How.OTHER;
    };
  }

  private static int code(What what) {
    return switch (what) {
      case OTHER -> 0;
      case BAD_ADVERT -> 1;
      case BAD_LAYER -> 2;
      case WRONG_ANSWER -> 3;
      case FALSE_CLAIM -> 4;
    };
  }

  private static What what(int code) {
    return switch (code) {
      case 1 -> What.BAD_ADVERT;
      case 2 -> What.BAD_LAYER;
      case 3 -> What.WRONG_ANSWER;
      case 4 -> What.FALSE_CLAIM;
      default -> What.OTHER;
    };
  }
}
