package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.AdvertFile;
import org.p2pvpn.overlay.discovery.advert.Bucket;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.discovery.kad.Contact;
import org.p2pvpn.overlay.discovery.kad.Judge;
import org.p2pvpn.overlay.discovery.kad.Kad;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DiscoveryMessage;
import org.p2pvpn.overlay.wire.KadMessage;

/**
 * Kademlia among sessions: questions go to peers that we talk to, and others are called for them,
 * once. Whom we call only for this, and who calls us only for this, are guests to each other: they
 * ask and answer, no packet of theirs gets in, and their keys end by themselves. Lives on the
 * control thread.
 */
final class Dht implements Kad.Outlet {
  /** Ours: a handshake costs each side 1.4 ms; three per cent of a core. */
  private static final double CALLS_PER_SECOND = 20;

  private static final double CALLS_BURST = 64;

  /** Ours: guests of ours at a time; at the limit the rest is not asked. */
  private static final int CALLED_MAX = 1_024;

  private static final int WAITING_PER_PEER_MAX = 8;
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final Path file;
  private final PeerBook peers;
  private final Adverts adverts;
  private final Outlet outlet;
  private final Judge judge;
  private final Kad kad;
  private final Bucket calls;
  private final Map<NodeId, Deque<KadMessage>> waiting = new HashMap<>();

  /** Whom we called for lookups only. */
  private final Set<Peer> called = new LinkedHashSet<>();

  private @Nullable SignedAdvert own;
  private long tickedNanos;
  private long sweptNanos;
  private long savedNanos;
  private long nowNanos;

  /** How a call gets out. */
  interface Outlet extends Adverts.Outlet {
    void initiate(Peer peer, long nowNanos);

    void forget(Peer peer, long nowNanos);

    /** Whether it must not see our address. */
    boolean isHidden(NodeId node, boolean saysItIsAnExit);
  }

  Dht(
      NodeId self,
      Path file,
      PeerBook peers,
      Adverts adverts,
      Random random,
      Outlet outlet,
      Moment now) {
    this.file = file;
    this.peers = peers;
    this.adverts = adverts;
    this.outlet = outlet;
    judge = Judge.by(adverts.check());
    kad = new Kad(self, judge, random, this, now);
    calls = new Bucket(CALLS_PER_SECOND, CALLS_BURST, now.nanos());
    nowNanos = now.nanos();
    tickedNanos = now.nanos();
    sweptNanos = now.nanos();
    savedNanos = now.nanos();
    kad.restore(
        AdvertFile.load(file).adverts().stream()
            .map(known -> new Contact(known.signed(), known.advert()))
            .toList(),
        now);
  }

  Kad kad() {
    return kad;
  }

  @Override
  public void ask(Contact to, List<InetSocketAddress> at, KadMessage question) {
    Peer peer = partner(to.id());
    if (peer != null && peer.isConnected()) {
      outlet.send(peer, new ControlMessage.Kad(question));
      return;
    }
    Peer known = peers.get(to.id());
    if (known != null && known.retry != null) {
      await(to.id(), question); // for keys that are on their way
      return;
    }
    if (outlet.isHidden(to.id(), to.advert().claims().exit() != null) || !calls.take(nowNanos)) {
      return;
    }
    if (peer == null) {
      peer = guest(to);
    }
    if (peer != null) {
      (at.isEmpty() ? to.endpoints() : at).forEach(peer::learn);
      await(to.id(), question);
      peer.token = Standing.GUEST_TOKEN;
      called.add(peer);
      outlet.initiate(peer, nowNanos); // once, without the retries that a peer gets
    }
  }

  private void await(NodeId node, KadMessage question) {
    Deque<KadMessage> questions = waiting.computeIfAbsent(node, _ -> new ArrayDeque<>());
    if (questions.size() == WAITING_PER_PEER_MAX) {
      questions.removeFirst();
    }
    questions.add(question);
  }

  /** Whom we talk with anyway, if we do; else the guest of this id. */
  private @Nullable Peer partner(NodeId id) {
    Peer peer = peers.get(id);
    return peer != null && peer.isConnected() ? peer : peers.findGuest(id);
  }

  private @Nullable Peer guest(Contact to) {
    return called.size() >= CALLED_MAX
        ? null
        : peers.addPassing(
            to.id(),
            to.advert().keys().signing(),
            to.advert().keys().agreement(),
            Peer.Origin.GUEST,
            null,
            nowNanos);
  }

  /**
   * Whether a guest is not to be forgotten though it has no keys: it may still answer us, or shake
   * hands anew now that its keys are over, and go on with its circuits.
   */
  boolean stays(Peer guest, long nowNanos) {
    return called.contains(guest) || nowNanos - guest.handshakeNanos < RelayDesk.IDLE_NANOS;
  }

  @Override
  public void answer(NodeId to, KadMessage answer) {
    Peer peer = partner(to);
    if (peer != null && peer.isConnected()) {
      outlet.send(peer, new ControlMessage.Kad(answer));
    }
  }

  /** There are keys to talk with; a guest hears who we are, and what waited goes out. */
  void onConnected(Peer peer, Moment now) {
    nowNanos = now.nanos();
    if (own != null && peer.origin == Peer.Origin.GUEST) {
      outlet.send(peer, new ControlMessage.Discovery(new DiscoveryMessage.Advert(own.toBytes())));
    }
    Deque<KadMessage> questions = waiting.remove(peer.id);
    if (questions != null) {
      questions.forEach(one -> outlet.send(peer, new ControlMessage.Kad(one)));
    }
    meet(peer, now);
  }

  /** From one that is here for lookups only; its own advert is all that we look at. */
  void onAdvert(Peer peer, DiscoveryMessage message, Moment now) {
    nowNanos = now.nanos();
    if (message instanceof DiscoveryMessage.Advert(byte[] signed)) {
      Contact contact = judge.read(signed, peer.id, now);
      if (contact != null
          && contact.id().equals(peer.id)
          && isAt(contact, peer)
          && judge.isGenuine(contact, peer.id, now)) {
        kad.meet(contact, now);
      }
    }
  }

  void onMessage(Peer peer, KadMessage message, Moment now) {
    nowNanos = now.nanos();
    kad.on(peer.id, message, now);
  }

  /** What we say of ourselves, when it is new. */
  void publish(SignedAdvert advert, Moment now) {
    own = advert;
    kad.publish(judge.read(advert.toBytes(), kad.self(), now), now);
  }

  /** Cheap but once a second. */
  void onTick(Moment now) {
    if (now.nanos() - tickedNanos < TICK_NANOS) {
      return;
    }
    tickedNanos = now.nanos();
    nowNanos = now.nanos();
    kad.onTick(now);
    if (now.nanos() - sweptNanos >= SWEEP_NANOS / (kad.status(now).nodes() == 0 ? 10 : 1)) {
      sweptNanos = now.nanos();
      peers.all().forEach(peer -> meet(peer, now));
      sweep();
      outlet.onKnown(); // at whom we were a guest we may be none any more, now that its keys ended
    }
    if (now.nanos() - savedNanos >= SAVE_NANOS) {
      savedNanos = now.nanos();
      save(now);
    }
  }

  /** A node that stands before us at an address of its advert may get into the table. */
  void meet(Peer peer, Moment now) {
    SignedAdvert signed = peer.isConnected() ? adverts.signedOf(peer.id, now.unixSeconds()) : null;
    Contact contact = signed == null ? null : judge.read(signed.toBytes(), peer.id, now);
    if (contact != null && isAt(contact, peer)) {
      kad.meet(contact, now);
    }
  }

  private static boolean isAt(Contact contact, Peer peer) {
    InetSocketAddress endpoint = peer.session.endpoint();
    return endpoint != null && contact.endpoints().contains(endpoint);
  }

  private void sweep() {
    for (Iterator<Peer> i = called.iterator(); i.hasNext(); ) {
      Peer peer = i.next();
      if (peer.epochs.isEmpty() && !waiting.containsKey(peer.id)) {
        i.remove();
        outlet.forget(peer, nowNanos);
      }
    }
    // Nobody waits longer than a question's two seconds.
    waiting.clear();
  }

  boolean isMet(Peer peer) {
    return kad.has(peer.id);
  }

  /** Looks for one node, or for those with a role in a country; answers once. */
  boolean find(NodeId node, Consumer<List<Contact>> then, Moment now) {
    nowNanos = now.nanos();
    return kad.find(
        node,
        (lookup, _) -> {
          Contact found = lookup.node();
          then.accept(found == null ? List.of() : List.of(found));
        },
        now);
  }

  boolean find(Role role, String country, Consumer<List<Contact>> then, Moment now) {
    nowNanos = now.nanos();
    return kad.findProviders(
        role, country, 16, (lookup, _) -> then.accept(new ArrayList<>(lookup.providers())), now);
  }

  void save(Moment now) {
    AdvertFile.save(
        file, AdvertFile.Content.of(kad.contacts().stream().map(Contact::known).toList()));
    savedNanos = now.nanos();
  }
}
