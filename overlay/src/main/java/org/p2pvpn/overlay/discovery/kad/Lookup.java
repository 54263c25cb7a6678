package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.kad.LookupPath.Candidate;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * An iterative lookup over disjoint paths, as a function of what was answered: it sends nothing and
 * reads no clock. Bounded: each node is asked once, each path so many.
 */
public final class Lookup {
  /** Whom to ask on which path. */
  record Step(LookupPath path, Candidate candidate) {}

  /** Told once, when the lookup is over. */
  public interface Listener {
    void onEnd(Lookup lookup, Moment now);
  }

  final Goal goal;
  final Listener listener;
  private final NodeId self;
  private final KadKey target;
  private final List<LookupPath> paths = new ArrayList<>();
  private final Set<NodeId> taken = new HashSet<>();

  /** How many of one /24 or /48 are candidates on any path. */
  private final Map<Long, Integer> prefixes = new HashMap<>();

  private final Map<NodeId, Contact> providers = new LinkedHashMap<>();
  private @Nullable Contact found;
  private int rounds;
  private int nextPath;

  Lookup(Goal goal, NodeId self, List<Contact> seeds, Listener listener) {
    this.goal = goal;
    this.self = self;
    this.listener = listener;
    target = goal.target();
    for (int i = 0; i < KadLimits.PATHS; i++) {
      paths.add(new LookupPath(target));
    }
    for (int i = 0; i < seeds.size(); i++) {
      if (mayJoin(seeds.get(i))) {
        paths.get(i % KadLimits.PATHS).begin(seeds.get(i));
      }
    }
  }

  /** Whom to ask now, or null while all paths wait or are over. */
  @Nullable Step next() {
    for (int i = 0; i < paths.size() && !isSatisfied(); i++) {
      LookupPath path = paths.get(nextPath);
      nextPath = (nextPath + 1) % paths.size();
      Candidate candidate = path.next(isExhaustive());
      if (candidate != null) {
        return new Step(path, candidate);
      }
    }
    return null;
  }

  /** A node that one we asked has named; whether it is taken as a candidate. */
  boolean offer(Contact contact, Step by) {
    if (contact.id().equals(self) || !mayJoin(contact)) {
      return false;
    }
    by.path.add(contact, by.candidate);
    return true;
  }

  /** What we looked for; the signature is right. */
  void found(Contact contact, Step by) {
    if (found == null || contact.sequence() > found.sequence()) {
      found = contact;
      rounds = by.candidate.depth;
    }
  }

  /** What we looked for was here all the time. */
  void foundHere(Contact contact) {
    found = contact;
  }

  void foundProvider(Contact contact, Step by) {
    rounds = Math.max(rounds, by.candidate.depth);
    providers.putIfAbsent(contact.id(), contact);
  }

  boolean isOver() {
    if (isSatisfied()) {
      return true;
    }
    for (LookupPath path : paths) {
      if (!path.isOver(isExhaustive())) {
        return false;
      }
    }
    return true;
  }

  /** The node that was looked for, or null. */
  public @Nullable Contact node() {
    return found;
  }

  /** Those found that do what was looked for, in the order they were named. */
  public List<Contact> providers() {
    return List.copyOf(providers.values());
  }

  /** Of all that answered the nearest, nearest first. */
  List<Contact> nearest() {
    return paths.stream()
        .flatMap(path -> path.answered().stream())
        .sorted(Comparator.comparing(one -> one.key, target::compareDistance))
        .limit(KadLimits.K)
        .toList();
  }

  boolean succeeded() {
    return switch (goal) {
      case Goal.Node _ -> found != null;
      case Goal.Providers _ -> !providers.isEmpty();
      case Goal.Nearest _ -> paths.stream().anyMatch(path -> !path.answered().isEmpty());
    };
  }

  /** How long the chain was from a node that we knew to the one that had it. */
  public int rounds() {
    return rounds;
  }

  public int questions() {
    return paths.stream().mapToInt(LookupPath::asked).sum();
  }

  private boolean isSatisfied() {
    return switch (goal) {
      case Goal.Node _ -> found != null;
      case Goal.Providers(int _, String _, int wanted) -> providers.size() >= wanted;
      case Goal.Nearest _ -> false;
    };
  }

  /** A node's advert proves itself: go on until it is found. Nearness nobody can prove. */
  private boolean isExhaustive() {
    return goal instanceof Goal.Node;
  }

  private boolean mayJoin(Contact contact) {
    for (long prefix : contact.prefixes()) {
      if (prefixes.getOrDefault(prefix, 0) >= KadLimits.TABLE_PREFIX_MAX) {
        return false;
      }
    }
    if (!taken.add(contact.id())) {
      return false;
    }
    contact.prefixes().forEach(prefix -> prefixes.merge(prefix, 1, Integer::sum));
    return true;
  }
}
