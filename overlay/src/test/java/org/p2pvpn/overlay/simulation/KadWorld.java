package org.p2pvpn.overlay.simulation;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.kad.Contact;
import org.p2pvpn.overlay.discovery.kad.Judge;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;

/**
 * Thousands of nodes in one thread and by one virtual clock: the protocol's own code, sessions and
 * datagrams modelled by their delay, their loss and their size. Adverts are bytes of a usual
 * advert's size that this world remembers having judged: signatures are tested elsewhere.
 */
final class KadWorld {
  /** An exit's with two endpoints has 290 to 360. */
  static final int ADVERT_BYTES = 330;

  /** UDP, IPv4, our header and tag, the frame byte. */
  static final int DATAGRAM_BYTES = 28 + 32 + 1;

  /** Initiation and response with their headers; protocol.md. */
  static final int INITIATION_BYTES = 1_440 + 28;

  static final int RESPONSE_BYTES = 1_185 + 28;

  private static final long SESSION_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long IDLE_TICK_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long EPOCH_SECONDS = 1_800_000_000;

  final Random random;
  private final double loss;
  private final List<KadWorldNode> nodes = new ArrayList<>();
  private final Map<NodeId, KadWorldNode> byId = new HashMap<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNanos;
  private long eventCount;

  private record Event(long atNanos, long number, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(atNanos, other.atNanos);
      return order == 0 ? Long.compare(number, other.number) : order;
    }
  }

  /** How a lookup ended. */
  record Outcome(boolean found, int rounds, int questions, long tookNanos) {}

  /**
   * Nobody is there yet.
   *
   * @param loss of each datagram, 0 to 1
   */
  KadWorld(long seed, double loss) {
    random = new Random(seed);
    this.loss = loss;
  }

  long nowNanos() {
    return nowNanos;
  }

  Moment now() {
    return new Moment(EPOCH_SECONDS + TimeUnit.NANOSECONDS.toSeconds(nowNanos), nowNanos);
  }

  List<KadWorldNode> nodes() {
    return nodes;
  }

  List<KadWorldNode> honest() {
    return nodes.stream().filter(node -> node.alive && !node.hostile).toList();
  }

  KadWorldNode add(int address, boolean hostile) {
    KadWorldNode node = addPuppet(address, hostile);
    node.isPuppet = false;
    tickLater(node);
    return node;
  }

  /** One that answers, and does nothing by itself. */
  KadWorldNode addPuppet(int address, boolean hostile) {
    KadWorldNode node = new KadWorldNode(this, nodes.size(), address, hostile);
    nodes.add(node);
    byId.put(node.id, node);
    return node;
  }

  void after(long nanos, Runnable what) {
    events.add(new Event(nowNanos + nanos, eventCount++, what));
  }

  void run(long nanos) {
    long untilNanos = nowNanos + nanos;
    while (!events.isEmpty() && events.peek().atNanos <= untilNanos) {
      Event next = events.poll();
      nowNanos = next.atNanos;
      next.what.run();
    }
    nowNanos = untilNanos;
  }

  /** So that no two nodes of the world tick together. */
  void tickLater(KadWorldNode node) {
    after(
        IDLE_TICK_NANOS * 4 / 5 + random.nextLong(IDLE_TICK_NANOS * 2 / 5),
        () -> {
          if (node.alive) {
            node.tick();
            tickLater(node);
          }
        });
  }

  @Nullable KadWorldNode find(NodeId id) {
    return byId.get(id);
  }

  boolean isLost() {
    return random.nextDouble() < loss;
  }

  /** One way, the same for a pair at any time: 5 to 100 ms. */
  long delayNanos(KadWorldNode one, KadWorldNode other) {
    int mixed = (one.number * 0x9E3779B1) ^ (other.number * 0x9E3779B1);
    return TimeUnit.MILLISECONDS.toNanos(5 + Math.floorMod(mixed >> 7, 95));
  }

  /**
   * A question: in the session, or after a handshake. One initiation to a place that somebody
   * claimed; a peer is called as often as the timeout allows.
   */
  void ask(KadWorldNode from, Contact to, List<InetSocketAddress> at, KadMessage question) {
    KadWorldNode target = byId.get(to.id());
    after(TimeUnit.MILLISECONDS.toNanos(2_001), () -> tickIfAlive(from));
    if (from.hasSession(to.id(), nowNanos)) {
      deliver(from, target, question, 0);
      return;
    }
    shakeHands(from, target, at.isEmpty() ? 2 : 1, question);
  }

  private void shakeHands(
      KadWorldNode from, @Nullable KadWorldNode target, int tries, KadMessage question) {
    from.sentBytes += INITIATION_BYTES;
    from.handshakes++;
    boolean answered = false;
    if (target != null && target.alive && !isLost()) {
      target.sentBytes += RESPONSE_BYTES;
      answered = !isLost();
    }
    if (!answered || target == null) {
      if (tries > 1) {
        after(
            TimeUnit.MILLISECONDS.toNanos(500),
            () -> {
              if (from.alive) {
                shakeHands(from, target, tries - 1, question);
              }
            });
      }
      return;
    }
    after(
        2 * delayNanos(from, target),
        () -> {
          if (from.alive && target.alive) {
            open(from, target);
            deliver(from, target, question, 0);
          }
        });
  }

  /** Both have keys, and each hands over what it says of itself. */
  void open(KadWorldNode one, KadWorldNode other) {
    introduce(one, other);
    introduce(other, one);
  }

  private void introduce(KadWorldNode from, KadWorldNode to) {
    from.useSession(to.id, nowNanos + SESSION_NANOS);
    from.sentBytes += DATAGRAM_BYTES + 3 + ADVERT_BYTES;
    if (!isLost() && !to.isPuppet) {
      after(
          delayNanos(from, to),
          () -> {
            if (from.alive && to.alive) {
              to.kad.meet(from.own(), now());
            }
          });
    }
  }

  void deliver(KadWorldNode from, @Nullable KadWorldNode to, KadMessage message, long lateNanos) {
    from.sentBytes += DATAGRAM_BYTES + message.sizeBytes();
    from.messages++;
    if (to == null || !to.alive || isLost()) {
      return;
    }
    after(
        lateNanos + delayNanos(from, to),
        () -> {
          if (to.alive) {
            to.receive(from, message);
          }
        });
  }

  /** This node looks for that one; told when it is over. */
  void lookUp(KadWorldNode from, KadWorldNode target, List<Outcome> outcomes) {
    long began = nowNanos;
    from.kad.find(
        target.id,
        (lookup, then) ->
            outcomes.add(
                new Outcome(
                    lookup.node() != null,
                    lookup.rounds(),
                    lookup.questions(),
                    then.nanos() - began)),
        now());
  }

  /** Adverts by their bytes: number of the node 4 | sequence 8. */
  Judge judge() {
    return new Judge() {
      @Override
      public @Nullable Contact read(byte[] advert, NodeId from, Moment now) {
        int number = KadWorldNode.numberOf(advert);
        if (number < 0 || number >= nodes.size()) {
          return null;
        }
        Contact contact = nodes.get(number).said(advert);
        return contact != null && contact.advert().validity().isLive(now.unixSeconds())
            ? contact
            : null;
      }

      @Override
      public boolean isGenuine(Contact contact, NodeId from, Moment now) {
        return true;
      }
    };
  }

  private void tickIfAlive(KadWorldNode node) {
    if (node.alive) {
      node.tick();
    }
  }
}
