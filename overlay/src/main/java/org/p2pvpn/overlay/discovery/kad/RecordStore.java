package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage.Keeping;

/**
 * What we keep for others: adverts by node id, and who does what where. Only what a node says of
 * itself, in a session of its own, and no longer than its advert holds.
 *
 * <p>A list that is full keeps those whose ids have the smallest hashes under a secret of ours: a
 * fair sample of all that ever asked, which nobody moves by asking often. Each /24 or /48 has a few
 * places.
 */
final class RecordStore {
  private record Key(int role, String country) {}

  private final long secret;
  private final Random random;
  private final Map<NodeId, Contact> adverts = new LinkedHashMap<>();
  private final Map<Key, Map<NodeId, Contact>> providers = new HashMap<>();
  private int providerRecords;
  private long sweptSeconds;

  RecordStore(Random random) {
    this.random = random;
    secret = random.nextLong();
  }

  int adverts() {
    return adverts.size();
  }

  int providerRecords() {
    return providerRecords;
  }

  @Nullable Contact advertOf(NodeId id, long nowSeconds) {
    Contact found = adverts.get(id);
    return found != null && found.isLive(nowSeconds) ? found : null;
  }

  /** A random few. */
  List<Contact> sample(int role, String country, int count, long nowSeconds) {
    Map<NodeId, Contact> list = providers.getOrDefault(new Key(role, country), Map.of());
    List<Contact> live = new ArrayList<>(list.values());
    live.removeIf(one -> !one.isLive(nowSeconds));
    Collections.shuffle(live, random);
    return live.subList(0, Math.min(count, live.size()));
  }

  /** {@code role} 0: by its id. The advert is verified and is the sender's own. */
  Keeping keep(int role, Contact contact, long nowSeconds) {
    if (nowSeconds - sweptSeconds >= 60) {
      sweptSeconds = nowSeconds;
      sweep(nowSeconds);
    }
    if (role == 0) {
      return keep(adverts, contact, KadLimits.RECORDS_MAX, KadLimits.RECORD_PREFIX_MAX);
    }
    String country = contact.advert().claims().place().country();
    if (country.isEmpty() || !contact.provides(role, country)) {
      return Keeping.REFUSED;
    }
    Key key = new Key(role, country);
    Map<NodeId, Contact> list = providers.computeIfAbsent(key, _ -> new LinkedHashMap<>());
    int before = list.size();
    Keeping verdict = keep(list, contact, KadLimits.PROVIDERS_MAX, KadLimits.PROVIDER_PREFIX_MAX);
    providerRecords += list.size() - before;
    if (providerRecords > KadLimits.PROVIDER_RECORDS_MAX) {
      shortenLongest();
    }
    if (list.isEmpty()) {
      providers.remove(key);
    }
    return verdict;
  }

  private Keeping keep(Map<NodeId, Contact> list, Contact contact, int countMax, int prefixMax) {
    Contact held = list.get(contact.id());
    if (held != null && held.sequence() > contact.sequence()) {
      return Keeping.REFUSED;
    }
    for (long prefix : contact.prefixes()) {
      int others = 0;
      for (Contact one : list.values()) {
        others += one.prefixes().contains(prefix) && !one.id().equals(contact.id()) ? 1 : 0;
      }
      if (others >= prefixMax) {
        return Keeping.FULL;
      }
    }
    if (held == null && list.size() >= countMax) {
      Contact last = last(list.values());
      if (rank(contact.id()) >= rank(last.id())) {
        return Keeping.FULL;
      }
      list.remove(last.id());
    }
    list.put(contact.id(), contact);
    return Keeping.KEPT;
  }

  private Contact last(Collection<Contact> list) {
    Contact last = list.iterator().next();
    for (Contact one : list) {
      last = rank(one.id()) > rank(last.id()) ? one : last;
    }
    return last;
  }

  /** Keyed mixing (SplitMix64's finalizer) of bits that are a SHA-256 already. */
  private long rank(NodeId id) {
    long mixed = KadKey.of(id).a() ^ secret;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return (mixed ^ (mixed >>> 31)) + Long.MIN_VALUE;
  }

  private void shortenLongest() {
    Map<NodeId, Contact> longest = Map.of();
    for (Map<NodeId, Contact> list : providers.values()) {
      longest = list.size() > longest.size() ? list : longest;
    }
    longest.remove(last(longest.values()).id());
    providerRecords--;
  }

  private void sweep(long nowSeconds) {
    adverts.values().removeIf(one -> !one.isLive(nowSeconds));
    providers.values().forEach(list -> list.values().removeIf(one -> !one.isLive(nowSeconds)));
    providers.values().removeIf(Map::isEmpty);
    providerRecords = providers.values().stream().mapToInt(Map::size).sum();
  }
}
