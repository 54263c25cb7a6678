package org.p2pvpn.overlay.discovery.advert;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.KnownAdvert.Witness;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Verified adverts by node id, and the highest sequence seen of each. One thread writes; others
 * read {@link #snapshot}.
 *
 * <p>Places are few, and the better known goes first: what has run out makes room for anyone,
 * hearsay for a node that stands before us itself, and nothing else for anybody. So a flood of new
 * names, however well signed, drives out no node that we talk to.
 */
public final class AdvertBook {
  /** Ours: about 2 KB each in memory. */
  public static final int ADVERTS_MAX = 2_048;

  /** threats.md P19 (go-ethereum): nodes of one /24 or /48 in a table. */
  public static final int PREFIX_MAX = 10;

  /** Ours: for so long a node that we met is worth a call after a restart. */
  static final long ANCHOR_SECONDS = 7 * 86_400;

  private final NodeId self;
  private final Map<NodeId, KnownAdvert> known = new LinkedHashMap<>();
  private final PrefixIndex prefixes = new PrefixIndex();
  private final SequenceFloors floors = new SequenceFloors();

  /** Both in the order in which they make room. */
  private final Set<NodeId> stale = new LinkedHashSet<>();

  private final Set<NodeId> hearsay = new LinkedHashSet<>();

  private boolean changed;
  private volatile AdvertSnapshot snapshot = AdvertSnapshot.EMPTY;

  public AdvertBook(NodeId self) {
    this.self = self;
  }

  /** As of the last {@link #publish}. */
  public AdvertSnapshot snapshot() {
    return snapshot;
  }

  /** Shows readers what has changed. The owner calls it once a turn, not once an advert. */
  public void publish() {
    if (changed) {
      changed = false;
      snapshot = new AdvertSnapshot(known);
    }
  }

  /** -1 for a node never seen. */
  public long highestSequence(NodeId id) {
    return floors.of(id);
  }

  /** So that this node's own sequence, too, is still known after a restart. */
  public void noteOwn(long sequence, long untilSeconds) {
    floors.raise(self, sequence, untilSeconds);
  }

  /** Why there is no place for it, or null. Looks, and changes nothing that matters. */
  @Nullable AdvertRefusal refusal(
      SignedAdvert signed, Advert advert, Witness witness, long nowSeconds) {
    NodeId id = advert.id();
    if (id.equals(self)) {
      return AdvertRefusal.OWN;
    }
    KnownAdvert held = known.get(id);
    if (advert.sequence() <= floors.of(id)) {
      return held != null && held.signed().equals(signed)
          ? AdvertRefusal.KNOWN
          : AdvertRefusal.BEHIND;
    }
    for (long prefix : PrefixIndex.prefixesOf(advert)) {
      if (isFull(prefix, id) && weakest(prefix, id, witness) == null) {
        return AdvertRefusal.PREFIX_FULL;
      }
    }
    boolean full = held == null && known.size() >= ADVERTS_MAX && weakest(witness) == null;
    return full || !floors.hasRoomFor(id, nowSeconds) ? AdvertRefusal.BOOK_FULL : null;
  }

  /** Takes a verified advert that {@link #refusal} had nothing against. */
  void put(KnownAdvert fresh) {
    NodeId id = fresh.id();
    KnownAdvert held = known.get(id);
    KnownAdvert kept = held != null && !held.isHearsay() ? fresh.by(Witness.ITSELF) : fresh;
    remove(id);
    for (long prefix : PrefixIndex.prefixesOf(kept.advert())) {
      if (isFull(prefix, id)) {
        removeIfAny(weakest(prefix, id, fresh.witness()));
      }
    }
    if (known.size() >= ADVERTS_MAX) {
      removeIfAny(weakest(fresh.witness()));
    }
    insert(kept);
    floors.raise(id, kept.advert().sequence(), kept.advert().validity().expiresSeconds());
  }

  /** We have a session with this node: what we heard of it from others is hearsay no more. */
  void promote(NodeId id) {
    KnownAdvert held = known.get(id);
    if (held != null && held.isHearsay()) {
      known.put(id, held.by(Witness.ITSELF));
      hearsay.remove(id);
      changed = true;
    }
  }

  /** Once in some seconds: what has run out makes room first, or goes. */
  public void sweep(long nowSeconds) {
    for (KnownAdvert one : List.copyOf(known.values())) {
      if (one.isLive(nowSeconds)) {
        continue;
      }
      long overSeconds = nowSeconds - one.advert().validity().expiresSeconds();
      if (one.isHearsay() || overSeconds > ANCHOR_SECONDS) {
        remove(one.id());
      } else {
        stale.add(one.id());
      }
    }
  }

  /** All that survives a restart, for {@link AdvertFile}. */
  public AdvertFile.Content content() {
    return new AdvertFile.Content(floors.copy(), List.copyOf(known.values()));
  }

  /** What an earlier run wrote, into an empty book. */
  public void restore(AdvertFile.Content content, long nowSeconds) {
    content
        .floors()
        .forEach((id, floor) -> floors.raise(id, floor.sequence(), floor.untilSeconds()));
    for (KnownAdvert one : content.adverts()) {
      if (known.size() < ADVERTS_MAX && !one.id().equals(self)) {
        remove(one.id());
        insert(one);
      }
    }
    sweep(nowSeconds);
    publish();
  }

  private void insert(KnownAdvert fresh) {
    known.put(fresh.id(), fresh);
    prefixes.add(fresh.advert());
    if (fresh.isHearsay()) {
      hearsay.add(fresh.id());
    }
    changed = true;
  }

  private void removeIfAny(@Nullable NodeId id) {
    if (id != null) {
      remove(id);
    }
  }

  private void remove(NodeId id) {
    KnownAdvert gone = known.remove(id);
    if (gone != null) {
      prefixes.remove(gone.advert());
      stale.remove(id);
      hearsay.remove(id);
      changed = true;
    }
  }

  private boolean isFull(long prefix, NodeId newcomer) {
    Set<NodeId> members = prefixes.membersOf(prefix);
    return members.size() - (members.contains(newcomer) ? 1 : 0) >= PREFIX_MAX;
  }

  /** Who makes room in a prefix, or null. */
  private @Nullable NodeId weakest(long prefix, NodeId newcomer, Witness witness) {
    NodeId found = null;
    for (NodeId member : prefixes.membersOf(prefix)) {
      if (member.equals(newcomer)) {
        continue;
      }
      if (stale.contains(member)) {
        return member;
      }
      if (found == null && witness == Witness.ITSELF && hearsay.contains(member)) {
        found = member;
      }
    }
    return found;
  }

  /** Who makes room in the book, or null. */
  private @Nullable NodeId weakest(Witness witness) {
    if (!stale.isEmpty()) {
      return stale.iterator().next();
    }
    return witness == Witness.ITSELF && !hearsay.isEmpty() ? hearsay.iterator().next() : null;
  }
}
