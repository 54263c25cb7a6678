package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.kad.KBucket.Entry;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The nodes that answered us, in 256 buckets by how many leading bits of their id are ours. Who is
 * in stays in while it answers; a newcomer waits.
 */
final class RoutingTable {
  private final KadKey self;
  private final KadCounters counters;
  private final @Nullable KBucket[] buckets = new KBucket[KadKey.BITS];

  /** The one whose advert was renewed, or who was asked for a newer one, longest ago first. */
  private final Map<NodeId, Entry> byCheck = new LinkedHashMap<>();

  private final Map<Long, Integer> prefixes = new HashMap<>();

  /** Places kept for nodes of an earlier run that have not been asked yet. */
  private final int[] reserved = new int[KadKey.BITS];

  RoutingTable(KadKey self, KadCounters counters) {
    this.self = self;
    this.counters = counters;
  }

  int size() {
    return byCheck.size();
  }

  boolean has(NodeId id) {
    return byCheck.containsKey(id);
  }

  @Nullable Contact get(NodeId id) {
    Entry entry = byCheck.get(id);
    return entry == null ? null : entry.contact;
  }

  /** The table, in no order. */
  List<Contact> all() {
    return byCheck.values().stream().map(entry -> entry.contact).toList();
  }

  int bucketsUsed() {
    int used = 0;
    for (KBucket bucket : buckets) {
      used += bucket == null || bucket.entries.isEmpty() ? 0 : 1;
    }
    return used;
  }

  /**
   * The bucket from which on we know everyone: looking for ourselves finds those. 0 for a table
   * with fewer nodes than a bucket has places.
   */
  int neighbourhood() {
    int known = 0;
    int index = buckets.length;
    while (index > 0 && known < KadLimits.K) {
      index--;
      known += entries(index).size();
    }
    return index;
  }

  void reserve(Contact anchor, int change) {
    reserved[bucketOf(anchor)] += change;
  }

  /** Whether it would have a place if it answered; looks only. */
  boolean wants(Contact contact) {
    int index = bucketOf(contact);
    if (index == KadKey.BITS || has(contact.id())) {
      return false;
    }
    KBucket bucket = buckets[index];
    int size = bucket == null ? 0 : bucket.entries.size();
    return size + reserved[index] < KadLimits.K && prefixRefusal(contact) == null;
  }

  /** Whom to ask before a newcomer of a full bucket may hope, or null while all are fresh. */
  @Nullable Contact rival(Contact newcomer, long nowNanos) {
    int index = bucketOf(newcomer);
    KBucket bucket = index == KadKey.BITS ? null : buckets[index];
    if (bucket == null || !bucket.isFull() || prefixRefusal(newcomer) != null) {
      return null;
    }
    bucket.offer(newcomer);
    Entry oldest = bucket.entries.getFirst();
    return nowNanos - oldest.seenNanos > KadLimits.FRESH_NANOS ? oldest.contact : null;
  }

  /**
   * It answered a question of ours. Takes what is newer of it, and takes it in when there is room.
   *
   * @param wasAnchor one that a place may have been reserved for
   */
  void answered(Contact contact, boolean wasAnchor, long nowNanos) {
    int index = bucketOf(contact);
    if (index == KadKey.BITS) {
      return;
    }
    Entry entry = byCheck.get(contact.id());
    if (entry != null) {
      refresh(entry, contact, index, nowNanos);
      return;
    }
    KBucket bucket = bucket(index, nowNanos);
    KadEvent refusal = prefixRefusal(contact);
    if (refusal != null) {
      counters.count(refusal);
      return;
    }
    if (bucket.entries.size() + (wasAnchor ? 0 : reserved[index]) >= KadLimits.K) {
      bucket.offer(contact);
      return;
    }
    bucket.forgetReplacement(contact.id());
    Entry fresh = new Entry(contact, nowNanos);
    bucket.entries.add(fresh);
    byCheck.put(contact.id(), fresh);
    count(contact, 1);
    counters.count(KadEvent.NODES_INSERTED);
  }

  private void refresh(Entry entry, Contact contact, int index, long nowNanos) {
    entry.seenNanos = nowNanos;
    entry.failures = 0;
    if (contact.sequence() > entry.contact.sequence()) {
      KadEvent refusal = prefixRefusal(contact);
      if (refusal != null) {
        // It moved to where enough are already.
        counters.count(refusal);
        remove(entry, index);
        return;
      }
      count(entry.contact, -1);
      entry.contact = contact;
      count(contact, 1);
      noteChecked(entry, nowNanos);
    }
    KBucket bucket = bucket(index, nowNanos);
    bucket.entries.remove(entry);
    bucket.entries.add(entry);
  }

  /** It is about to be asked: it is not the next one any more. */
  void noteChecked(NodeId id, long nowNanos) {
    Entry entry = byCheck.get(id);
    if (entry != null) {
      noteChecked(entry, nowNanos);
    }
  }

  private void noteChecked(Entry entry, long nowNanos) {
    entry.checkedNanos = nowNanos;
    NodeId id = entry.contact.id();
    byCheck.remove(id);
    byCheck.put(id, entry);
  }

  /** A newer advert that another handed us; the signature is right. */
  void renew(Contact contact, long nowNanos) {
    Entry entry = byCheck.get(contact.id());
    boolean moved = entry != null && !entry.contact.prefixes().equals(contact.prefixes());
    // One that moved has to answer first.
    if (entry != null && !moved && contact.sequence() > entry.contact.sequence()) {
      entry.contact = contact;
      noteChecked(entry, nowNanos);
    }
  }

  /** What a question to it did not bring. */
  enum Failure {
    NOT_IN_TABLE,
    /** Worth a second question. */
    FIRST,
    /** Asked before the first miss was noticed. */
    SAME,
    REMOVED
  }

  /**
   * A node missed a question.
   *
   * @param askedNanos when; questions that were out together are one
   */
  Failure failed(NodeId id, long askedNanos, long nowNanos) {
    Entry entry = byCheck.get(id);
    if (entry == null) {
      return Failure.NOT_IN_TABLE;
    }
    if (entry.failures > 0 && askedNanos - entry.failedNanos < 0) {
      return Failure.SAME;
    }
    entry.failures++;
    entry.failedNanos = nowNanos;
    if (entry.failures < 2) {
      return Failure.FIRST;
    }
    remove(entry, bucketOf(entry.contact));
    return Failure.REMOVED;
  }

  /** It lives, but has no place here any more. */
  void drop(NodeId id) {
    Entry entry = byCheck.get(id);
    if (entry != null) {
      remove(entry, bucketOf(entry.contact));
    }
  }

  /** Whether less than half of a bucket's places are taken. */
  boolean isThin(int index) {
    return entries(index).size() < KadLimits.K / 2;
  }

  /** Who may now take the place of one that was removed, if it answers; or null. */
  @Nullable Contact replacementFor(Contact removed) {
    KBucket bucket = buckets[bucketOf(removed)];
    return bucket == null || bucket.isFull() ? null : bucket.takeReplacement();
  }

  /** Whose advert is the oldest, if that is due. */
  @Nullable Contact dueForCheck(long nowNanos) {
    if (byCheck.isEmpty()) {
      return null;
    }
    Entry eldest = byCheck.values().iterator().next();
    return nowNanos - eldest.checkedNanos >= KadLimits.CHECK_NANOS ? eldest.contact : null;
  }

  /** A bucket in use that nobody looked into for long, or -1. */
  int dueForRefresh(long nowNanos) {
    int neighbourhood = neighbourhood();
    for (int i = 0; i < neighbourhood; i++) {
      if (nowNanos - bucket(i, nowNanos).lookedUpNanos >= KadLimits.REFRESH_NANOS) {
        return i;
      }
    }
    return -1;
  }

  void noteLookedUp(KadKey target, long nowNanos) {
    int index = self.sharedBits(target);
    if (index < KadKey.BITS) {
      bucket(index, nowNanos).lookedUpNanos = nowNanos;
    }
  }

  KadKey randomIn(int bucket, RandomGenerator random) {
    return self.inBucket(bucket, random);
  }

  /** Which nodes may be named. */
  interface Filter {
    boolean mayPass(Contact contact);
  }

  /**
   * The nearest, nearest first. Those that missed a question come in only where {@code suspects}
   * may.
   */
  List<Contact> closest(KadKey target, int count, boolean suspects, Filter filter) {
    List<Contact> found = new ArrayList<>(count + KadLimits.K);
    int own = Math.min(self.sharedBits(target), KadKey.BITS - 1);
    collect(own, target, suspects, filter, found);
    if (found.size() < count) {
      int from = found.size();
      for (int i = own + 1; i < buckets.length; i++) {
        collectUnsorted(i, suspects, filter, found);
      }
      sort(found.subList(from, found.size()), target);
    }
    for (int i = own - 1; i >= 0 && found.size() < count; i--) {
      collect(i, target, suspects, filter, found);
    }
    return found.size() > count ? new ArrayList<>(found.subList(0, count)) : found;
  }

  private void collect(
      int index, KadKey target, boolean suspects, Filter filter, List<Contact> found) {
    int from = found.size();
    collectUnsorted(index, suspects, filter, found);
    sort(found.subList(from, found.size()), target);
  }

  private void collectUnsorted(int index, boolean suspects, Filter filter, List<Contact> found) {
    for (Entry entry : entries(index)) {
      if ((suspects || entry.failures == 0) && filter.mayPass(entry.contact)) {
        found.add(entry.contact);
      }
    }
  }

  private static void sort(List<Contact> contacts, KadKey target) {
    contacts.sort((x, y) -> target.compareDistance(x.key, y.key));
  }

  private @Nullable KadEvent prefixRefusal(Contact contact) {
    KBucket bucket = buckets[bucketOf(contact)];
    for (long prefix : contact.prefixes()) {
      Entry entry = byCheck.get(contact.id());
      boolean counted = entry != null && entry.contact.prefixes().contains(prefix);
      if (prefixes.getOrDefault(prefix, 0) - (counted ? 1 : 0) >= KadLimits.TABLE_PREFIX_MAX) {
        return KadEvent.TABLE_PREFIX_FULL;
      }
      if (bucket != null && bucket.countOf(prefix, contact.id()) >= KadLimits.BUCKET_PREFIX_MAX) {
        return KadEvent.BUCKET_PREFIX_FULL;
      }
    }
    return null;
  }

  private void remove(Entry entry, int index) {
    entries(index).remove(entry);
    byCheck.remove(entry.contact.id());
    count(entry.contact, -1);
    counters.count(KadEvent.NODES_REMOVED);
  }

  private void count(Contact contact, int change) {
    for (long prefix : contact.prefixes()) {
      if (prefixes.merge(prefix, change, Integer::sum) == 0) {
        prefixes.remove(prefix);
      }
    }
  }

  private int bucketOf(Contact contact) {
    return self.sharedBits(contact.key);
  }

  private Collection<Entry> entries(int index) {
    KBucket bucket = buckets[index];
    return bucket == null ? List.of() : bucket.entries;
  }

  private KBucket bucket(int index, long nowNanos) {
    KBucket bucket = buckets[index];
    if (bucket == null) {
      bucket = new KBucket(nowNanos);
      buckets[index] = bucket;
    }
    return bucket;
  }
}
