package org.p2pvpn.overlay.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.kad.Contact;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;

/** Networks that grew as real ones do, and what is asked of them. */
final class KadScenario {
  /** Every one of them names only others of its kind, those nearest to what was asked. */
  static final class Conspiracy implements KadWorldNode.Liar {
    private final List<KadWorldNode> members = new ArrayList<>();

    void add(KadWorldNode node) {
      members.add(node);
      node.liar = this;
    }

    @Override
    public @Nullable List<KadMessage> answer(KadWorldNode self, NodeId asker, KadMessage question) {
      return switch (question) {
        case KadMessage.Find(int query, NodeId target) -> nodes(query, nearest(target));
        case KadMessage.FindProviders(int query, int _, String _) -> nodes(query, nearest(asker));
        case KadMessage.Store(int query, int _, byte[] _) ->
            List.of(new KadMessage.Stored(query, KadMessage.Keeping.KEPT));
        case KadMessage.Probe _, KadMessage.Nodes _, KadMessage.Alive _, KadMessage.Stored _ ->
            null;
      };
    }

    private List<byte[]> nearest(NodeId target) {
      byte[] wanted = target.toBytes();
      return members.stream()
          .sorted(Comparator.comparingLong(node -> distance(node.id.toBytes(), wanted)))
          .limit(12)
          .map(node -> node.own().signed().toBytes())
          .toList();
    }

    private static List<KadMessage> nodes(int query, List<byte[]> adverts) {
      List<KadMessage> parts = new ArrayList<>();
      int count = (adverts.size() + 2) / 3;
      for (int i = 0; i < count; i++) {
        List<byte[]> some = adverts.subList(3 * i, Math.min(3 * i + 3, adverts.size()));
        parts.add(new KadMessage.Nodes(query, i, count, 0, some));
      }
      return parts;
    }
  }

  private KadScenario() {}

  /** The first 64 bits of the XOR, as an unsigned number that sorts as a signed one. */
  static long distance(byte[] one, byte[] other) {
    return (ByteBuffer.wrap(one).getLong() ^ ByteBuffer.wrap(other).getLong()) + Long.MIN_VALUE;
  }

  /** The next bucket to that of the nearest: how many leading bits two ids share. */
  static int sharedBits(NodeId one, NodeId other) {
    byte[] a = one.toBytes();
    byte[] b = other.toBytes();
    for (int i = 0; i < a.length; i++) {
      int differ = (a[i] ^ b[i]) & 0xff;
      if (differ != 0) {
        return 8 * i + Integer.numberOfLeadingZeros(differ) - 24;
      }
    }
    return 256;
  }

  /**
   * So many nodes join within ten minutes, each by an invite of one that is there already, and five
   * more pass.
   *
   * @param hostileShare of them lie from their first minute on
   */
  static KadWorld grown(int count, double hostileShare, long seed, double loss) {
    KadWorld world = new KadWorld(seed, loss);
    Conspiracy conspiracy = new Conspiracy();
    Set<Integer> prefixes = new HashSet<>();
    long spacing = TimeUnit.MINUTES.toNanos(10) / count;
    for (int i = 0; i < count; i++) {
      // The first few are friends: a network of liars has no victims.
      boolean hostile = i >= 10 && world.random.nextDouble() < hostileShare;
      KadWorldNode node = world.add(newAddress(world, prefixes), hostile);
      if (hostile) {
        conspiracy.add(node);
      }
      if (i > 0) {
        join(world, node, hostile);
      }
      world.run(spacing);
    }
    world.run(TimeUnit.MINUTES.toNanos(5));
    return world;
  }

  /** An invite is a friend's: an honest node has it from an honest one. */
  static void join(KadWorld world, KadWorldNode node, boolean hostile) {
    List<KadWorldNode> nodes = world.nodes();
    KadWorldNode friend = nodes.get(world.random.nextInt(node.number));
    for (int i = 0; (!friend.alive || (friend.hostile && !hostile)) && i < 1_000; i++) {
      friend = nodes.get(world.random.nextInt(node.number));
    }
    callFriend(world, node, friend, 5);
  }

  /** The session with whom one knows is kept up, and adverts are handed over in it. */
  private static void callFriend(
      KadWorld world, KadWorldNode node, KadWorldNode friend, int times) {
    if (friend.alive && node.alive && times > 0) {
      world.open(node, friend);
      world.after(TimeUnit.SECONDS.toNanos(10), () -> callFriend(world, node, friend, times - 1));
    }
  }

  /** Most in a /24 of their own, some beside one that is there already. */
  static int newAddress(KadWorld world, Set<Integer> prefixes) {
    int prefix;
    do {
      prefix = (20 + world.random.nextInt(70)) << 16 | world.random.nextInt(1 << 16);
    } while (!prefixes.add(prefix) && world.random.nextInt(10) != 0);
    return prefix << 8 | (1 + world.random.nextInt(250));
  }

  /** Random honest nodes look for random honest others, over so long. */
  static List<KadWorld.Outcome> lookUps(KadWorld world, int count, long overNanos) {
    List<KadWorld.Outcome> outcomes = new ArrayList<>();
    List<KadWorldNode> honest = world.honest();
    for (int i = 0; i < count; i++) {
      KadWorldNode from = honest.get(world.random.nextInt(honest.size()));
      KadWorldNode target = honest.get(world.random.nextInt(honest.size()));
      if (from.number != target.number) {
        world.lookUp(from, target, outcomes);
      } else {
        i--;
      }
      world.run(overNanos / count);
    }
    return outcomes;
  }

  static double share(List<KadWorld.Outcome> outcomes, int asked) {
    return (double) outcomes.stream().filter(KadWorld.Outcome::found).count() / asked;
  }

  /** Most nodes of one /24 in a bucket, and in the table. */
  static int[] mostOfOnePrefix(KadWorldNode node, int prefix24) {
    int[] buckets = new int[257];
    int table = 0;
    int most = 0;
    for (Contact one : node.kad.contacts()) {
      byte[] at = one.endpoints().getFirst().getAddress().getAddress();
      if (ByteBuffer.wrap(at).getInt() >>> 8 == prefix24) {
        table++;
        most = Math.max(most, ++buckets[sharedBits(node.id, one.id())]);
      }
    }
    return new int[] {most, table};
  }

  static NavigableSet<Integer> rounds(List<KadWorld.Outcome> outcomes) {
    NavigableSet<Integer> rounds = new TreeSet<>();
    outcomes.stream().filter(KadWorld.Outcome::found).forEach(one -> rounds.add(one.rounds()));
    return rounds;
  }
}
