package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/** Nodes at one distance: those that answered, and a few that could take their place. */
final class KBucket {
  /** A node in the table. */
  static final class Entry {
    Contact contact;
    long seenNanos;

    /** When its advert was renewed, or it was asked for a newer one. */
    long checkedNanos;

    int failures;
    long failedNanos;

    Entry(Contact contact, long nowNanos) {
      this.contact = contact;
      seenNanos = nowNanos;
      checkedNanos = nowNanos;
    }
  }

  /** Longest silent first. */
  final List<Entry> entries = new ArrayList<>(4);

  /** Newest last; none of them has its place until it answers. */
  private final List<Contact> replacements = new ArrayList<>(0);

  long lookedUpNanos;

  KBucket(long nowNanos) {
    lookedUpNanos = nowNanos;
  }

  boolean isFull() {
    return entries.size() >= KadLimits.K;
  }

  int countOf(long prefix, NodeId except) {
    int count = 0;
    for (Entry entry : entries) {
      if (entry.contact.prefixes().contains(prefix) && !entry.contact.id().equals(except)) {
        count++;
      }
    }
    return count;
  }

  void offer(Contact newcomer) {
    replacements.removeIf(one -> one.id().equals(newcomer.id()));
    if (replacements.size() >= KadLimits.REPLACEMENTS_MAX) {
      replacements.removeFirst();
    }
    replacements.add(newcomer);
  }

  @Nullable Contact takeReplacement() {
    return replacements.isEmpty() ? null : replacements.removeLast();
  }

  void forgetReplacement(NodeId id) {
    replacements.removeIf(one -> one.id().equals(id));
  }
}
