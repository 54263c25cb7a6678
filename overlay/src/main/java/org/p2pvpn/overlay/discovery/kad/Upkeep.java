package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.wire.KadMessage;

/**
 * What a node does by itself: asks the nodes of its last run, joins, looks whether its nodes live,
 * looks into buckets that nobody looked into, and says again what it said of itself.
 */
final class Upkeep {
  /** Ours: with the nodes of the last run not asked yet, the join waits for so long. */
  private static final long ANCHORS_FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * Ours: who joins with the network, or by one who has just joined, finds little at first. The
   * pause between looks grows by this factor from the first to Kademlia's hour.
   */
  private static final long FIRST_LOOK_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final int LOOK_PAUSE_GROWTH = 6;

  private static final long REFRESH_LOOK_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Ours: hosts that start together do not all publish together. */
  private static final long PUBLISH_SPREAD_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Ours: the live checks of a large table spread over minutes by themselves. */
  private static final int CHECKS_A_TICK = 4;

  private final Kad kad;
  private final Random random;
  private final Deque<Contact> anchors = new ArrayDeque<>();
  private final List<Publication> publications = new ArrayList<>();
  private int anchorsAsked;
  private int meetings;
  private long anchorsUntilNanos;
  private boolean joined;
  private long selfLookNanos;
  private long selfLookPauseNanos = FIRST_LOOK_PAUSE_NANOS;
  private int bucketsToFill;
  private boolean filling;
  private long refreshLookNanos;
  private long publishNanos;
  private long refreshedNanos;

  Upkeep(Kad kad, Random random, Moment now) {
    this.kad = kad;
    this.random = random;
    anchorsUntilNanos = now.nanos();
    publishNanos = now.nanos();
    refreshLookNanos = now.nanos();
  }

  long refreshedNanos() {
    return refreshedNanos;
  }

  void restore(List<Contact> contacts, Moment now) {
    for (Contact one : contacts) {
      if (!one.id().equals(kad.key().toNodeId())) {
        anchors.add(one);
        kad.table.reserve(one, 1);
      }
    }
    anchorsUntilNanos = now.nanos() + ANCHORS_FIRST_NANOS;
  }

  void publishSoon(Moment now) {
    publishNanos = now.nanos() + random.nextLong(PUBLISH_SPREAD_NANOS);
  }

  void meet(Contact peer, Moment now) {
    if (kad.table.has(peer.id())) {
      kad.table.renew(peer, now.nanos());
      return;
    }
    if (meetings >= KadLimits.MEETINGS_MAX || kad.isAsking(peer.id())) {
      return;
    }
    if (kad.table.wants(peer)) {
      meetings++;
      kad.ask(peer, List.of(), false, probe(peer), this::onMet, now);
      return;
    }
    Contact rival = kad.table.rival(peer, now.nanos());
    if (rival != null && !kad.isAsking(rival.id())) {
      check(rival, now);
    }
  }

  private void onMet(Contact peer, List<KadMessage> parts, Moment now) {
    meetings--;
    onAlive(peer, parts, false, now);
  }

  void onTick(Moment now) {
    askAnchors(now);
    for (int i = 0; i < CHECKS_A_TICK; i++) {
      Contact due = kad.table.dueForCheck(now.nanos());
      if (due == null) {
        break;
      }
      check(due, now);
    }
    if (kad.table.size() == 0) {
      joined = false;
    } else if (!joined) {
      if (anchors.isEmpty() || now.nanos() - anchorsUntilNanos >= 0) {
        join(now);
      }
    } else {
      refresh(now);
      publish(now);
    }
  }

  /** One of the table missed a question: once more, and then another may have its place. */
  void onSilent(Contact contact, long askedNanos, Moment now) {
    switch (kad.table.failed(contact.id(), askedNanos, now.nanos())) {
      case NOT_IN_TABLE, SAME -> {}
      case FIRST -> check(contact, now);
      case REMOVED -> {
        Contact replacement = kad.table.replacementFor(contact);
        if (replacement != null && !kad.isAsking(replacement.id())) {
          kad.askAt(
              replacement,
              probe(replacement),
              (from, parts, then) -> onAlive(from, parts, false, then),
              now);
        }
      }
    }
  }

  private void check(Contact contact, Moment now) {
    kad.table.noteChecked(contact.id(), now.nanos());
    kad.ask(
        contact,
        List.of(),
        false,
        probe(contact),
        (from, parts, then) -> onAlive(from, parts, false, then),
        now);
  }

  private static IntFunction<KadMessage> probe(Contact contact) {
    return query -> new KadMessage.Probe(query, contact.sequence());
  }

  private void onAlive(Contact from, List<KadMessage> parts, boolean anchor, Moment now) {
    if (parts.isEmpty()) {
      return;
    }
    Contact renewed = null;
    if (parts.getFirst() instanceof KadMessage.Alive alive && alive.advert().length > 0) {
      renewed = kad.judge().read(alive.advert(), from.id(), now);
    }
    if (renewed != null
        && renewed.id().equals(from.id())
        && kad.judge().isGenuine(renewed, from.id(), now)) {
      kad.table.answered(renewed, anchor, now.nanos());
    } else if (!from.isLive(now.unixSeconds())) {
      // It publishes nothing any more: a client, whom nobody can call.
      kad.table.drop(from.id());
    }
  }

  private void askAnchors(Moment now) {
    while (anchorsAsked < KadLimits.ANCHORS_AT_ONCE && !anchors.isEmpty()) {
      Contact anchor = anchors.removeFirst();
      anchorsAsked++;
      kad.ask(
          anchor,
          anchor.endpoints(),
          true,
          probe(anchor),
          (from, parts, then) -> {
            anchorsAsked--;
            onAlive(from, parts, true, then);
            kad.table.reserve(from, -1);
            askAnchors(then);
          },
          now);
    }
  }

  private void join(Moment now) {
    joined = true;
    selfLookPauseNanos = FIRST_LOOK_PAUSE_NANOS;
    selfLookNanos = now.nanos() + selfLookPauseNanos;
    publishSoon(now);
    lookAround(now);
  }

  /** Our own neighbourhood, and then every bucket before it. */
  private void lookAround(Moment now) {
    kad.begin(
        new Goal.Nearest(kad.key()),
        (_, then) -> {
          refreshedNanos = then.nanos();
          bucketsToFill = kad.table.neighbourhood();
        },
        false,
        now);
  }

  private void refresh(Moment now) {
    if (bucketsToFill > 0 && !filling) {
      bucketsToFill--;
      if (kad.table.isThin(bucketsToFill)) {
        filling = true;
        look(bucketsToFill, now);
      }
    }
    if (now.nanos() - selfLookNanos >= 0) {
      selfLookPauseNanos =
          Math.min(LOOK_PAUSE_GROWTH * selfLookPauseNanos, KadLimits.REFRESH_NANOS);
      selfLookNanos = now.nanos() + selfLookPauseNanos;
      lookAround(now);
    }
    if (now.nanos() - refreshLookNanos >= 0) {
      refreshLookNanos = now.nanos() + REFRESH_LOOK_NANOS;
      int bucket = kad.table.dueForRefresh(now.nanos());
      if (bucket >= 0) {
        look(bucket, now);
      }
    }
  }

  private void look(int bucket, Moment now) {
    boolean taken =
        kad.begin(
            new Goal.Nearest(kad.randomIn(bucket)),
            (_, then) -> {
              refreshedNanos = then.nanos();
              filling = false;
            },
            false,
            now);
    if (!taken) {
      filling = false;
    }
  }

  private void publish(Moment now) {
    Contact own = kad.own();
    if (own == null || now.nanos() - publishNanos < 0) {
      return;
    }
    publishNanos = now.nanos() + KadLimits.REPUBLISH_NANOS;
    List<Publication> wanted = Publication.of(own);
    publications.removeIf(one -> !wanted.contains(one));
    for (Publication one : wanted) {
      if (!publications.contains(one)) {
        publications.add(one);
      }
    }
    publications.forEach(one -> one.renew(kad, now));
  }

  boolean isJoined() {
    return joined;
  }
}
