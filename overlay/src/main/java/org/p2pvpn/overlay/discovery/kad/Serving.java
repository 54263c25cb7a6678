package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.discovery.advert.Bucket;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;
import org.p2pvpn.overlay.wire.KadMessage.Keeping;

/** Answers others' questions: so many a second from each. */
final class Serving {
  private final Kad kad;
  private final Judge judge;
  private final Kad.Outlet outlet;
  private final RecordStore store;
  private final KadCounters counters;

  /** At the limit the peer that was silent longest begins anew. */
  private final Map<NodeId, Bucket> rates =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Bucket> eldest) {
          return size() > KadLimits.PEERS_METERED;
        }
      };

  Serving(Kad kad, Judge judge, Kad.Outlet outlet, RecordStore store, KadCounters counters) {
    this.kad = kad;
    this.judge = judge;
    this.outlet = outlet;
    this.store = store;
    this.counters = counters;
  }

  RecordStore store() {
    return store;
  }

  void on(NodeId from, KadMessage question, Moment now) {
    Bucket rate =
        rates.computeIfAbsent(
            from,
            _ ->
                new Bucket(
                    KadLimits.PEER_QUESTIONS_PER_SECOND,
                    KadLimits.PEER_QUESTIONS_BURST,
                    now.nanos()));
    if (!rate.take(now.nanos())) {
      counters.count(KadEvent.QUESTIONS_OVER_RATE);
      return;
    }
    counters.count(KadEvent.QUESTIONS_SERVED);
    switch (question) {
      case KadMessage.Find(int query, NodeId target) -> find(from, query, target, now);
      case KadMessage.FindProviders(int query, int role, String country) ->
          findProviders(from, query, role, country, now);
      case KadMessage.Store(int query, int role, byte[] advert) ->
          outlet.answer(from, new KadMessage.Stored(query, keep(from, role, advert, now)));
      case KadMessage.Probe(int query, long sequence) ->
          outlet.answer(from, new KadMessage.Alive(query, newerThan(sequence)));
      case KadMessage.Nodes _, KadMessage.Stored _, KadMessage.Alive _ ->
          throw new IllegalStateException("an answer is no question");
    }
  }

  private void find(NodeId from, int query, NodeId target, Moment now) {
    Contact kept = store.advertOf(target, now.unixSeconds());
    List<Contact> nodes = nearest(KadKey.of(target), from, now);
    if (kept != null && !from.equals(target)) {
      Contact first = nodes.isEmpty() ? null : nodes.getFirst();
      boolean held = first != null && first.id().equals(target);
      if (!held || first == null) {
        nodes.addFirst(kept);
      } else if (kept.sequence() > first.sequence()) {
        nodes.set(0, kept);
      }
    }
    answer(from, query, List.of(), nodes);
  }

  private void findProviders(NodeId from, int query, int role, String country, Moment now) {
    List<Contact> providers =
        store.sample(role, country, KadLimits.ANSWER_PROVIDERS_MAX, now.unixSeconds());
    answer(from, query, providers, nearest(KadKey.ofProviders(role, country), from, now));
  }

  /** Live ones only: others would be refused. */
  private List<Contact> nearest(KadKey key, NodeId from, Moment now) {
    return kad.table.closest(
        key,
        KadLimits.ANSWER_MAX,
        false,
        one -> one.isLive(now.unixSeconds()) && !one.id().equals(from));
  }

  private void answer(NodeId to, int query, List<Contact> providers, List<Contact> nodes) {
    List<List<byte[]>> parts = new ArrayList<>();
    List<Integer> providersOf = new ArrayList<>();
    List<byte[]> part = new ArrayList<>();
    int bytes = 0;
    int providersHere = 0;
    for (int i = 0; i < providers.size() + nodes.size(); i++) {
      boolean provider = i < providers.size();
      Contact one = provider ? providers.get(i) : nodes.get(i - providers.size());
      int size = 2 + one.signed().sizeBytes();
      if (bytes + size > KadMessage.PART_BYTES_MAX) {
        if (parts.size() == KadMessage.PARTS_MAX - 1) {
          break;
        }
        parts.add(part);
        providersOf.add(providersHere);
        part = new ArrayList<>();
        bytes = 0;
        providersHere = 0;
      }
      part.add(one.signed().toBytes());
      bytes += size;
      providersHere += provider ? 1 : 0;
    }
    parts.add(part);
    providersOf.add(providersHere);
    for (int i = 0; i < parts.size(); i++) {
      outlet.answer(
          to, new KadMessage.Nodes(query, i, parts.size(), providersOf.get(i), parts.get(i)));
    }
  }

  /** Nobody stores another's: so a record costs an identity and a session. */
  private Keeping keep(NodeId from, int role, byte[] advert, Moment now) {
    Contact contact = judge.read(advert, from, now);
    Keeping verdict = Keeping.REFUSED;
    if (contact != null && contact.id().equals(from) && judge.isGenuine(contact, from, now)) {
      verdict = store.keep(role, contact, now.unixSeconds());
    }
    counters.count(
        switch (verdict) {
          case KEPT -> KadEvent.RECORDS_KEPT;
          case FULL -> KadEvent.RECORDS_FULL;
          case REFUSED -> KadEvent.RECORDS_REFUSED;
        });
    return verdict;
  }

  private byte[] newerThan(long sequence) {
    Contact own = kad.own();
    return own != null && own.sequence() > sequence ? own.signed().toBytes() : new byte[0];
  }
}
