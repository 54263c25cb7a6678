package org.p2pvpn.overlay.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Advert;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.discovery.advert.Validity;
import org.p2pvpn.overlay.discovery.kad.Contact;
import org.p2pvpn.overlay.discovery.kad.Kad;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;

/** One node of {@link KadWorld}: the real {@link Kad}, and what it has sent. */
final class KadWorldNode implements Kad.Outlet {
  private static final long RENEW_SECONDS = 300;

  final KadWorld world;
  final int number;
  final NodeId id;
  final int address;
  final boolean hostile;
  Kad kad;
  boolean alive = true;
  boolean isPuppet = true;
  long sentBytes;
  long messages;
  long handshakes;
  private final NodeKeys keys;
  private final String country;
  private Contact own;
  private long renewedSeconds;
  private final Map<NodeId, Long> sessions = new HashMap<>();

  /** Set for one that answers as it likes. */
  @Nullable Liar liar;

  /** What a hostile node answers instead. */
  interface Liar {
    /** Null: as an honest one would. */
    @Nullable List<KadMessage> answer(KadWorldNode self, NodeId asker, KadMessage question);
  }

  KadWorldNode(KadWorld world, int number, int address, boolean hostile) {
    this.world = world;
    this.number = number;
    this.address = address;
    this.hostile = hostile;
    byte[] signing = new byte[NodeKeys.KEY_BYTES];
    world.random.nextBytes(signing);
    keys = new NodeKeys(signing, signing);
    id = keys.id();
    country = number % 50 == 0 ? "SE" : "DE";
    own = say(1, world.now().unixSeconds());
    kad = newKad();
  }

  private Kad newKad() {
    Kad made = new Kad(id, world.judge(), new Random(world.random.nextLong()), this, world.now());
    made.publish(own, world.now());
    return made;
  }

  /** Comes back after a while with what it had written down, and nothing else. */
  void restart(List<Contact> anchors) {
    alive = true;
    sessions.clear();
    own = say(own.advert().sequence() + 1, world.now().unixSeconds());
    kad = newKad();
    kad.restore(anchors, world.now());
    world.tickLater(this);
  }

  Contact own() {
    return own;
  }

  void tick() {
    if (world.now().unixSeconds() - renewedSeconds >= RENEW_SECONDS) {
      own = say(own.advert().sequence() + 1, world.now().unixSeconds());
      kad.publish(own, world.now());
    }
    kad.onTick(world.now());
    long now = world.nowNanos();
    if (sessions.size() > 64) {
      sessions.values().removeIf(until -> until < now);
    }
  }

  boolean hasSession(NodeId peer, long nowNanos) {
    return sessions.getOrDefault(peer, Long.MIN_VALUE) > nowNanos;
  }

  void useSession(NodeId peer, long untilNanos) {
    sessions.put(peer, untilNanos);
  }

  void receive(KadWorldNode from, KadMessage message) {
    if (!hasSession(from.id, world.nowNanos())) {
      return;
    }
    useSession(from.id, world.nowNanos() + TimeUnit.SECONDS.toNanos(120));
    List<KadMessage> lie = liar == null ? null : liar.answer(this, from.id, message);
    if (lie == null) {
      kad.on(from.id, message, world.now());
    } else {
      lie.forEach(one -> world.deliver(this, from, one, 0));
    }
  }

  @Override
  public void ask(Contact to, List<InetSocketAddress> at, KadMessage question) {
    world.ask(this, to, at, question);
  }

  @Override
  public void answer(NodeId to, KadMessage answer) {
    KadWorldNode peer = world.find(to);
    if (peer != null && hasSession(to, world.nowNanos())) {
      world.deliver(this, peer, answer, 0);
    }
  }

  static int numberOf(byte[] advert) {
    return advert.length == KadWorld.ADVERT_BYTES ? ByteBuffer.wrap(advert).getInt() : -1;
  }

  /**
   * What these bytes are, if we ever said them. Of what is older than the last, nothing is kept.
   */
  @Nullable Contact said(byte[] advert) {
    long sequence = ByteBuffer.wrap(advert).getLong(4);
    if (own.advert().sequence() == sequence) {
      return own;
    }
    for (Contact one : earlier) {
      if (one.advert().sequence() == sequence) {
        return one;
      }
    }
    return null;
  }

  private final List<Contact> earlier = new ArrayList<>(3);

  private Contact say(long sequence, long nowSeconds) {
    if (renewedSeconds != 0) {
      earlier.add(own);
      if (earlier.size() > 3) {
        earlier.removeFirst();
      }
    }
    renewedSeconds = nowSeconds;
    byte[] bytes =
        ByteBuffer.allocate(KadWorld.ADVERT_BYTES).putInt(number).putLong(sequence).array();
    Claims claims =
        new Claims(
            List.of(new InetSocketAddress(literal(address), 28_790)),
            Set.of(Role.RELAY),
            new Place(country, "", "", 0),
            Capacity.UNSAID,
            new Protocols(List.of(1), List.of(1), "p2pvpn"),
            null,
            null,
            "",
            0);
    Validity validity = new Validity(sequence, nowSeconds, nowSeconds + 900);
    return new Contact(SignedAdvert.ofBytes(bytes), new Advert(keys, validity, claims));
  }

  private static InetAddress literal(int address) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(address).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
