package org.p2pvpn.overlay.discovery.kad;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;

/**
 * A node's part in the network: its table, its lookups, what it keeps for others and what it says
 * of itself. Everything it does follows from what it is told and the time it is given.
 *
 * <p>Nothing gets into the table unasked: a node is in it because its advert is genuine and it
 * answered a question of ours at an address of that advert.
 */
public final class Kad {
  private final NodeId self;
  private final KadKey key;
  private final Judge judge;
  private final Random random;
  private final KadCounters counters = new KadCounters();
  final RoutingTable table;
  private final Requests requests;
  private final Upkeep upkeep;
  private final Serving serving;
  private final ProbeGuard probes = new ProbeGuard();
  private final List<Lookup> running = new ArrayList<>();
  private final Deque<Lookup> waiting = new ArrayDeque<>();
  private @Nullable Contact own;

  /** How questions and answers get out; a question that cannot go out is one that is lost. */
  public interface Outlet {
    /**
     * Opens a session first where there is none.
     *
     * @param at where to call; one initiation to each, no more. Empty where a session is open or
     *     the node answered before: then as any peer is called
     */
    void ask(Contact to, List<InetSocketAddress> at, KadMessage question);

    /** In the session that the question came by. */
    void answer(NodeId to, KadMessage answer);
  }

  /** {@code random} draws keys and samples; seedable. */
  public Kad(NodeId self, Judge judge, Random random, Outlet outlet, Moment now) {
    this.self = self;
    this.judge = judge;
    this.random = random;
    key = KadKey.of(self);
    table = new RoutingTable(key, counters);
    requests = new Requests(outlet, random, counters);
    serving = new Serving(this, judge, outlet, new RecordStore(random), counters);
    upkeep = new Upkeep(this, random, now);
  }

  /** What we say of ourselves from now on; null for a client, who publishes nothing. */
  public void publish(@Nullable Contact newOwn, Moment now) {
    boolean first = own == null && newOwn != null;
    own = newOwn;
    if (first) {
      upkeep.publishSoon(now);
    }
  }

  /** Nodes of an earlier run: asked before anyone else, and places kept for them. */
  public void restore(List<Contact> anchors, Moment now) {
    upkeep.restore(anchors, now);
  }

  /**
   * We have a session with this node, and it talks from an address of its advert, which is genuine.
   * When the table has a place for it, it is asked whether it answers.
   */
  public void meet(Contact peer, Moment now) {
    upkeep.meet(peer, now);
  }

  /** A message that came in this node's session. */
  public void on(NodeId from, KadMessage message, Moment now) {
    switch (message) {
      case KadMessage.Find _, KadMessage.FindProviders _, KadMessage.Store _, KadMessage.Probe _ ->
          serving.on(from, message, now);
      case KadMessage.Nodes _, KadMessage.Stored _, KadMessage.Alive _ ->
          requests.onAnswer(from, message, now);
    }
  }

  /** A session with this node could not be opened, or ended. */
  public void onUnreachable(NodeId node, Moment now) {
    requests.onUnreachable(node, now);
  }

  /** Does what is due. Cheap when nothing is; once a second is often enough. */
  public void onTick(Moment now) {
    requests.onTick(now);
    upkeep.onTick(now);
  }

  /** Nobody is asked for anything, and there is somebody who could be. */
  public boolean isIdle() {
    return requests.isEmpty() && upkeep.isJoined();
  }

  /** Looks for one node's advert. False when too many lookups wait already. */
  public boolean find(NodeId node, Lookup.Listener listener, Moment now) {
    return begin(new Goal.Node(node), listener, true, now);
  }

  /** Looks for nodes that do this in that country. */
  public boolean findProviders(
      Role role, String country, int wanted, Lookup.Listener listener, Moment now) {
    return begin(new Goal.Providers(role.bit(), country, wanted), listener, true, now);
  }

  public KadStatus status(Moment now) {
    return new KadStatus(
        table.size(),
        table.bucketsUsed(),
        serving.store().adverts(),
        serving.store().providerRecords(),
        running.size() + waiting.size(),
        upkeep.refreshedNanos() == 0
            ? -1
            : TimeUnit.NANOSECONDS.toSeconds(now.nanos() - upkeep.refreshedNanos()),
        upkeep.isJoined());
  }

  public KadCounters counters() {
    return counters;
  }

  /** For the file that a later run begins with. */
  public List<Contact> contacts() {
    return table.all();
  }

  /** The table's nodes nearest to an id, for those who want peers to connect to. */
  public List<Contact> nearest(NodeId id, int count) {
    return table.closest(KadKey.of(id), count, false, _ -> true);
  }

  public void addTo(Map<String, Long> sums) {
    counters.addTo(sums);
  }

  boolean begin(Goal goal, Lookup.Listener listener, boolean urgent, Moment now) {
    if (waiting.size() >= KadLimits.LOOKUPS_WAITING_MAX) {
      counters.count(KadEvent.LOOKUPS_REFUSED);
      return false;
    }
    table.noteLookedUp(goal.target(), now.nanos());
    Lookup lookup =
        new Lookup(
            goal, self, table.closest(goal.target(), KadLimits.K, true, _ -> true), listener);
    if (goal instanceof Goal.Node(NodeId id)) {
      known(id, lookup, now);
    }
    if (urgent) {
      waiting.addFirst(lookup);
    } else {
      waiting.addLast(lookup);
    }
    startWaiting(now);
    return true;
  }

  /** What we hold already is no question to anyone. */
  private void known(NodeId id, Lookup lookup, Moment now) {
    Contact held = table.get(id);
    if (held == null || !held.isLive(now.unixSeconds())) {
      held = serving.store().advertOf(id, now.unixSeconds());
    }
    if (held != null && held.isLive(now.unixSeconds())) {
      lookup.foundHere(held);
    }
  }

  private void startWaiting(Moment now) {
    while (running.size() < KadLimits.LOOKUPS_MAX && !waiting.isEmpty()) {
      Lookup lookup = waiting.removeFirst();
      counters.count(KadEvent.LOOKUPS);
      running.add(lookup);
      drive(lookup, now);
    }
  }

  private void drive(Lookup lookup, Moment now) {
    for (Lookup.Step step = lookup.next(); step != null; step = lookup.next()) {
      step.path().noteAsked(step.candidate());
      if (!ask(lookup, step, now)) {
        step.path().noteAnswered(step.candidate(), false);
      }
    }
    if (lookup.isOver() && running.remove(lookup)) {
      counters.count(lookup.succeeded() ? KadEvent.LOOKUPS_SUCCEEDED : KadEvent.LOOKUPS_FAILED);
      lookup.listener.onEnd(lookup, now);
      startWaiting(now);
    }
  }

  private boolean ask(Lookup lookup, Lookup.Step step, Moment now) {
    Contact to = step.candidate().contact;
    if (!table.has(to.id()) && !judge.isGenuine(to, step.candidate().from, now)) {
      counters.count(KadEvent.ADVERTS_UNPROVEN);
      return false;
    }
    return askAt(
        to,
        query ->
            lookup.goal instanceof Goal.Providers(int role, String country, int _)
                ? new KadMessage.FindProviders(query, role, country)
                : new KadMessage.Find(query, lookup.goal.target().toNodeId()),
        (_, parts, then) -> {
          step.path().noteAnswered(step.candidate(), !parts.isEmpty());
          onNodes(lookup, step, parts, then);
          drive(lookup, then);
        },
        now);
  }

  /** Asks a node whose advert is genuine; false when its address may not be called. */
  boolean askAt(Contact to, IntFunction<KadMessage> question, Requests.Answered then, Moment now) {
    List<InetSocketAddress> at = table.has(to.id()) ? List.of() : probes.take(to, now.nanos());
    if (at.isEmpty() && !table.has(to.id())) {
      counters.count(KadEvent.PROBES_WITHHELD);
      return false;
    }
    ask(to, at, false, question, then, now);
    return true;
  }

  /** Asks, and takes note of whether it answered. */
  void ask(
      Contact to,
      List<InetSocketAddress> at,
      boolean anchor,
      IntFunction<KadMessage> question,
      Requests.Answered then,
      Moment now) {
    requests.ask(
        to,
        at,
        question,
        (from, parts, when) -> {
          if (parts.isEmpty()) {
            probes.silent(at, when.nanos());
            upkeep.onSilent(from, now.nanos(), when);
          } else {
            probes.answered(at, when.nanos());
            if (from.isLive(when.unixSeconds()) || !anchor) {
              table.answered(from, anchor, when.nanos());
            }
          }
          then.on(from, parts, when);
        },
        now);
  }

  private void onNodes(Lookup lookup, Lookup.Step step, List<KadMessage> parts, Moment now) {
    NodeId from = step.candidate().contact.id();
    int nodes = 0;
    for (KadMessage part : parts) {
      if (part instanceof KadMessage.Nodes answer) {
        for (int i = 0; i < answer.adverts().size(); i++) {
          if (++nodes > KadLimits.ANSWER_MAX + KadLimits.ANSWER_PROVIDERS_MAX) {
            counters.count(KadEvent.ANSWERS_TOO_LONG);
            return;
          }
          onNode(lookup, step, answer.adverts().get(i), i < answer.providers(), from, now);
        }
      }
    }
  }

  private void onNode(
      Lookup lookup, Lookup.Step step, byte[] advert, boolean provider, NodeId from, Moment now) {
    Contact contact = judge.read(advert, from, now);
    if (contact == null) {
      return;
    }
    boolean isTarget = lookup.goal instanceof Goal.Node(NodeId id) && id.equals(contact.id());
    if (isTarget) {
      if (judge.isGenuine(contact, from, now)) {
        lookup.found(contact, step);
      } else {
        counters.count(KadEvent.ADVERTS_UNPROVEN);
      }
      return;
    }
    if (provider && lookup.goal instanceof Goal.Providers(int role, String country, int _)) {
      if (!contact.provides(role, country)) {
        counters.count(KadEvent.ANSWERS_FALSE);
      } else if (!contact.id().equals(self) && judge.isGenuine(contact, from, now)) {
        lookup.foundProvider(contact, step);
      }
      return;
    }
    if (contact.id().equals(self) || contact.id().equals(from)) {
      counters.count(KadEvent.ANSWERS_NAME_ASKER);
      return;
    }
    lookup.offer(contact, step);
    Contact held = table.get(contact.id());
    boolean ages =
        held != null
            && now.unixSeconds() - held.advert().validity().issuedSeconds() > 300
            && contact.sequence() > held.sequence();
    if (ages && judge.isGenuine(contact, from, now)) {
      table.renew(contact, now.nanos());
    }
  }

  public boolean has(NodeId id) {
    return table.has(id);
  }

  public NodeId self() {
    return self;
  }

  KadKey key() {
    return key;
  }

  @Nullable Contact own() {
    return own;
  }

  Judge judge() {
    return judge;
  }

  boolean isAsking(NodeId id) {
    return requests.isAsking(id);
  }

  /** A random id of a bucket. */
  KadKey randomIn(int bucket) {
    return table.randomIn(bucket, random);
  }
}
