package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.identity.AddressSyntaxException;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.NodeName;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes we know, by node id; those that joined or that we joined are remembered over a restart
 * as address lines in one file. Lives on the control thread.
 */
final class PeerBook {
  private static final Logger LOG = LoggerFactory.getLogger(PeerBook.class);

  /** Ours: more do not join; each may cost an epoch slot and a line in every table. */
  static final int PEERS_MAX = 10_000;

  /** Ours: a call costs 1.4 ms. Who comes later calls us when it finds that we are silent. */
  private static final int CALLS_AT_START_MAX = 64;

  private final Path file;
  private final AddressGuard.Pair own;
  private final Map<NodeId, Peer> peers = new LinkedHashMap<>();
  private final List<@Nullable Peer> byIndex = new ArrayList<>();

  /** Circuits' ends and hops: not to be asked for by name, and gone with their keys. */
  private final Set<Peer> passing = new LinkedHashSet<>();

  private final Map<NodeId, Peer> guests = new HashMap<>();

  private final ArrayDeque<Integer> freeIndexes = new ArrayDeque<>();

  /** {@code own}: our overlay addresses, which peers may send to. */
  PeerBook(Path file, AddressGuard.Pair own) {
    this.file = file;
    this.own = own;
  }

  Collection<Peer> all() {
    return peers.values();
  }

  @Nullable Peer get(NodeId id) {
    return peers.get(id);
  }

  /** Null when it was forgotten meanwhile. */
  @Nullable Peer of(Session session) {
    Peer peer = byIndex.get(session.peerIndex());
    return peer != null && peer.session == session ? peer : null;
  }

  /** Those of circuits; a copy, so that some may be forgotten on the way. */
  List<Peer> passing() {
    return List.copyOf(passing);
  }

  int passingCount() {
    return passing.size();
  }

  /** Whether this endpoint is that of a connected peer, who then vouches for what comes by it. */
  boolean isConnectedEndpoint(InetSocketAddress from) {
    for (Peer peer : peers.values()) {
      if (peer.isConnected() && from.equals(peer.session.endpoint())) {
        return true;
      }
    }
    return false;
  }

  /** The connected peer that lives there, other than this one, or null. */
  @Nullable Peer straightAt(@Nullable InetSocketAddress place, Peer except) {
    for (Peer peer : place == null ? List.<Peer>of() : peers.values()) {
      if (peer != except && peer.isStraight() && Objects.equals(place, peer.session.endpoint())) {
        return peer;
      }
    }
    return null;
  }

  /**
   * A circuit's end or a hop.
   *
   * @param ownIdentity who we are to it, for a hop
   */
  Peer addPassing(
      NodeId id,
      byte[] signingKey,
      byte[] staticKey,
      Peer.Origin origin,
      @Nullable Identity ownIdentity,
      long nowNanos) {
    AddressGuard guard =
        new AddressGuard(
            AddressGuard.Pair.NONE,
            AddressGuard.Pair.NONE,
            AddressGuard.Pair.NONE,
            AddressGuard.Pair.NONE);
    Session session = new Session(freeIndex(), guard, null, nowNanos);
    Peer peer =
        new Peer(
            id, signingKey, staticKey, origin, id.shortForm(), new byte[16], ownIdentity, session);
    byIndex.set(session.peerIndex(), peer);
    passing.add(peer);
    if (origin == Peer.Origin.GUEST) {
      guests.put(id, peer);
    }
    return peer;
  }

  @Nullable Peer findGuest(NodeId id) {
    return guests.get(id);
  }

  /** The same node as it came at another time: as a guest, or as a peer. Null without one. */
  @Nullable Peer twin(Peer peer) {
    Peer known = peers.get(peer.id);
    return known == peer ? guests.get(peer.id) : known;
  }

  /** Whether an initiation is out that may be answered. */
  boolean areCalled() {
    for (Peer peer : byIndex) {
      if (peer != null && peer.retry != null && peer.retry.isYoung()) {
        return true;
      }
    }
    return false;
  }

  int guestCount() {
    return guests.size();
  }

  /** A passing one whose keys are gone. */
  void forget(Peer peer) {
    if (passing.remove(peer)) {
      guests.remove(peer.id, peer);
      byIndex.set(peer.session.peerIndex(), null);
      freeIndexes.add(peer.session.peerIndex());
      if (peer.ownIdentity != null) {
        peer.ownIdentity.close();
      }
    }
  }

  /** The circuit's end that uses this key, or null. */
  @Nullable Peer findPassing(byte[] staticKey) {
    for (Peer peer : passing) {
      if (peer.origin == Peer.Origin.CIRCUIT && Arrays.equals(peer.staticKey, staticKey)) {
        return peer;
      }
    }
    return null;
  }

  private int freeIndex() {
    Integer freed = freeIndexes.poll();
    if (freed != null) {
      return freed;
    }
    byIndex.add(null);
    return byIndex.size() - 1;
  }

  /**
   * Whether to call this peer at our start: those we want, and those that joined us earlier, who
   * otherwise would talk for 15 s to the keys we no longer have.
   */
  boolean isWorthACall(Peer peer) {
    boolean joinedEarlier = peer.origin == Peer.Origin.JOINED && !peer.candidates.isEmpty();
    return peer.wanted || (joinedEarlier && peers.size() <= CALLS_AT_START_MAX);
  }

  boolean isFull() {
    return peers.size() >= PEERS_MAX;
  }

  /** Adds a node from its address line, or brings what we know of it up to date. */
  Peer add(
      NodeAddress address,
      @Nullable String operatorName,
      Peer.Origin origin,
      List<InetSocketAddress> endpoints,
      long nowNanos) {
    Peer peer =
        add(
            address.nodeId(),
            address.ed25519PublicKey(),
            address.x25519PublicKey(),
            origin,
            nowNanos);
    if (operatorName != null) {
      peer.name = operatorName;
      peer.namedByOperator = true;
    } else if (address.name() != null && !peer.namedByOperator) {
      peer.name = address.name();
    }
    if (address.token() != null) {
      peer.token = address.token().toBytes();
    }
    for (InetSocketAddress endpoint : endpoints) {
      if (!peer.candidates.contains(endpoint)) {
        peer.candidates.add(endpoint);
      }
    }
    return peer;
  }

  Peer add(NodeId id, byte[] signingKey, byte[] staticKey, Peer.Origin origin, long nowNanos) {
    Peer known = peers.get(id);
    if (known != null) {
      return known;
    }
    AddressGuard guard =
        new AddressGuard(
            Peer.overlayAddresses(id), AddressGuard.Pair.NONE, own, AddressGuard.Pair.NONE);
    Session session = new Session(freeIndex(), guard, null, nowNanos);
    session.openBothWays();
    Peer peer =
        new Peer(id, signingKey, staticKey, origin, id.shortForm(), new byte[16], null, session);
    byIndex.set(session.peerIndex(), peer);
    peers.put(id, peer);
    return peer;
  }

  /**
   * The peer that an operator means: a name, a node id or a unique beginning of it, or an overlay
   * address. A name that the operator gave goes before one that a peer gave itself: otherwise a
   * peer could call itself like the operator's exit and become it.
   *
   * @throws ControlException when there is none, or more than one
   */
  Peer find(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    List<Peer> found = new ArrayList<>();
    for (Peer peer : peers.values()) {
      boolean named = peer.name.equalsIgnoreCase(text);
      if ((named && peer.namedByOperator) || peer.overlayTexts().contains(wanted)) {
        return peer;
      }
      if (named || (wanted.length() >= 4 && peer.id.toString().startsWith(wanted))) {
        found.add(peer);
      }
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new ControlException(
        1,
        "node \""
            + text
            + "\": "
            + (found.isEmpty() ? "not known here" : "more than one is called or begins so"),
        "p2pvpn peers");
  }

  /** Whether a peer is called so. */
  boolean hasNamed(String name) {
    return peers.values().stream().anyMatch(peer -> peer.name.equalsIgnoreCase(name));
  }

  /** Reads what earlier runs wrote; a line that cannot be read is skipped aloud. */
  List<NodeAddress> readKnown() {
    List<NodeAddress> known = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        try {
          known.add(NodeAddress.parse(line));
        } catch (AddressSyntaxException e) {
          LOG.warn("{}: a line is skipped: {}", file, e.getMessage());
        }
      }
    } catch (NoSuchFileException _) {
      // The first start.
    } catch (IOException e) {
      LOG.warn("{}: cannot read, peers that joined before must join again: {}", file, e.toString());
    }
    return known;
  }

  /**
   * Writes the peers that no config names, with the endpoint that answered last. One that joined
   * stays even if it did not call in this run: its invite is spent, and it could not come back.
   */
  void writeKnown() {
    StringBuilder lines = new StringBuilder();
    for (Peer peer : peers.values()) {
      InetSocketAddress endpoint = peer.lastEndpoint();
      if (peer.relayedBy != null && !peer.candidates.isEmpty()) {
        endpoint = peer.candidates.getFirst(); // the other one is its relay's
      }
      boolean joined = peer.origin == Peer.Origin.JOINED || peer.handshakeNanos != 0;
      boolean fromElsewhere =
          switch (peer.origin) {
            case CONFIG, ADVERT, LAN, CIRCUIT, HOP, GUEST -> true;
            case INVITE, JOINED -> false;
          };
      if (fromElsewhere || endpoint == null || !joined) {
        continue;
      }
      HostPort host = HostPort.of(endpoint);
      // Until its first hello a peer goes by its short node id, which is no name to write down.
      String name = NodeName.isValid(peer.name) ? peer.name : null;
      lines
          .append(new NodeAddress(peer.signingKey, peer.staticKey, List.of(host), null, name))
          .append('\n');
    }
    StateFile.replace(file, lines.toString());
  }
}
