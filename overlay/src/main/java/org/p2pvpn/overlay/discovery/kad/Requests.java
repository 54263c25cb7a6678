package org.p2pvpn.overlay.discovery.kad;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;

/** Questions that are out, until they are answered or two seconds are over. */
final class Requests {
  /** What became of a question. */
  interface Answered {
    /** {@code parts} of the answer in the order they came; empty when nothing came in time. */
    void on(Contact from, List<KadMessage> parts, Moment now);
  }

  private record Request(Contact to, long sentNanos, Answered then, List<KadMessage> parts) {}

  private final Kad.Outlet outlet;
  private final RandomGenerator random;
  private final KadCounters counters;

  /** Oldest first. */
  private final Map<Integer, Request> open = new LinkedHashMap<>();

  private final Map<NodeId, Integer> openOf = new HashMap<>();

  Requests(Kad.Outlet outlet, RandomGenerator random, KadCounters counters) {
    this.outlet = outlet;
    this.random = random;
    this.counters = counters;
  }

  void ask(
      Contact to,
      List<InetSocketAddress> at,
      IntFunction<KadMessage> question,
      Answered then,
      Moment now) {
    int query = random.nextInt();
    while (open.containsKey(query)) {
      query = random.nextInt();
    }
    open.put(query, new Request(to, now.nanos(), then, new ArrayList<>(1)));
    openOf.merge(to.id(), 1, Integer::sum);
    counters.count(KadEvent.QUESTIONS_SENT);
    outlet.ask(to, at, question.apply(query));
  }

  boolean isAsking(NodeId id) {
    return openOf.containsKey(id);
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Nanoseconds of the clock when the oldest gives up; only while there is one. */
  long nextTimeoutNanos() {
    return open.values().iterator().next().sentNanos + KadLimits.TIMEOUT_NANOS;
  }

  void onAnswer(NodeId from, KadMessage answer, Moment now) {
    Request request = open.get(answer.query());
    if (request == null || !request.to.id().equals(from)) {
      counters.count(KadEvent.ANSWERS_UNASKED);
      return;
    }
    request.parts.add(answer);
    if (answer instanceof KadMessage.Nodes nodes && request.parts.size() < nodes.parts()) {
      return;
    }
    end(answer.query(), now);
  }

  /** Nobody is there: no need to wait. */
  void onUnreachable(NodeId id, Moment now) {
    if (isAsking(id)) {
      List<Integer> lost = new ArrayList<>();
      open.forEach(
          (query, request) -> {
            if (request.to.id().equals(id)) {
              lost.add(query);
            }
          });
      lost.forEach(query -> end(query, now));
    }
  }

  void onTick(Moment now) {
    while (!open.isEmpty() && now.nanos() - nextTimeoutNanos() >= 0) {
      end(open.keySet().iterator().next(), now);
    }
  }

  private void end(int query, Moment now) {
    @Nullable Request request = open.remove(query);
    if (request == null) {
      return;
    }
    openOf.computeIfPresent(request.to.id(), (_, count) -> count == 1 ? null : count - 1);
    counters.count(
        request.parts.isEmpty() ? KadEvent.QUESTIONS_TIMED_OUT : KadEvent.QUESTIONS_ANSWERED);
    request.then.on(request.to, request.parts, now);
  }
}
