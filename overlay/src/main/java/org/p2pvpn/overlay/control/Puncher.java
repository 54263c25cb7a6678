package org.p2pvpn.overlay.control;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.discovery.advert.Bucket;
import org.p2pvpn.overlay.discovery.advert.EndpointReach;

/**
 * Calls a peer at all the places where it may be, several times: each call opens our NAT for the
 * other side's, and the first that is answered is where the peer is from now on. One call is one
 * initiation sent to every place, so the peer spends one Diffie-Hellman on it, wherever it came
 * through first. Lives on the control thread.
 */
final class Puncher {
  /** Ours: the first may meet a NAT that is not open yet; one that is lost has another. */
  private static final long[] ROUNDS_NANOS = {
    0, TimeUnit.MILLISECONDS.toNanos(250), TimeUnit.MILLISECONDS.toNanos(750)
  };

  /** Ours: IPv6 is preferred where it is as fast, or slower by this. */
  static final long IPV4_LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  /**
   * Ours: the rounds of an attempt at two ports, and some more. Whoever claims to be at somebody
   * else's address makes us send there no more than this.
   */
  static final double ADDRESS_BURST = 8;

  static final double ADDRESS_PER_SECOND = ADDRESS_BURST / 60;

  /** Ours: all together, a hundredth of a core. */
  static final double NODE_PER_SECOND = 50;

  static final double NODE_BURST = 200;

  /** Ours: past it nobody more is called until others are through. */
  private static final int OPEN_MAX = 64;

  /** At the limit the address that was not called longest is forgotten. */
  private static final int ADDRESSES_MAX = 4096;

  private final OwnAddresses own;
  private final Outlet outlet;
  private final ControlCounters counters;
  private final Bucket budget;
  private final List<Call> calls = new ArrayList<>();
  private final Map<InetAddress, Bucket> addresses =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  /** How initiations are made, and get out. */
  interface Outlet {
    /** A new initiation, the answer to which is awaited; empty when there can be none now. */
    byte[] initiation(Peer peer, InetSocketAddress firstPlace, long nowNanos);

    void sendTo(byte[] initiation, InetSocketAddress place);
  }

  /** One peer's rounds. */
  private static final class Call {
    final Peer peer;
    final List<InetSocketAddress> ipv6;
    final List<InetSocketAddress> ipv4;
    final long beganNanos;
    int round;
    byte[] initiation = {};
    boolean ipv6Sent;

    Call(Peer peer, List<InetSocketAddress> places, long beganNanos) {
      this.peer = peer;
      this.beganNanos = beganNanos;
      ipv6 = places.stream().filter(Call::isIpv6).toList();
      ipv4 = places.stream().filter(place -> !isIpv6(place)).toList();
    }

    private static boolean isIpv6(InetSocketAddress place) {
      return place.getAddress() instanceof Inet6Address;
    }

    long dueNanos() {
      long later = ipv6Sent && !ipv4.isEmpty() ? IPV4_LATER_NANOS : 0;
      return beganNanos + ROUNDS_NANOS[round] + later;
    }

    boolean isOver() {
      return round == ROUNDS_NANOS.length;
    }
  }

  Puncher(OwnAddresses own, ControlCounters counters, Outlet outlet, long nowNanos) {
    this.own = own;
    this.counters = counters;
    this.outlet = outlet;
    budget = new Bucket(NODE_PER_SECOND, NODE_BURST, nowNanos);
  }

  /**
   * Calls from {@code startNanos} on.
   *
   * @param vouched who says that the peer is there: nobody's word reaches deeper than his own place
   */
  void begin(
      Peer peer, List<InetSocketAddress> places, InetSocketAddress vouched, long startNanos) {
    end(peer);
    Set<InetSocketAddress> callable = new LinkedHashSet<>();
    for (InetSocketAddress place : places) {
      if (isCallable(place, vouched)) {
        callable.add(place);
      }
    }
    if (callable.isEmpty() || calls.size() >= OPEN_MAX) {
      counters.count("punches_not_begun");
      return;
    }
    counters.count("punches_begun");
    calls.add(new Call(peer, List.copyOf(callable), startNanos));
  }

  /** This machine's own ports are for those on it; and nobody is called at our own socket. */
  private boolean isCallable(InetSocketAddress place, InetSocketAddress vouched) {
    EndpointReach reach = EndpointReach.of(place.getAddress());
    boolean local =
        reach == EndpointReach.LOOPBACK
            && EndpointReach.of(vouched.getAddress()) != EndpointReach.LOOPBACK;
    return reach != EndpointReach.NOWHERE && !local && !own.local().contains(place);
  }

  /** It is reached, or given up. */
  void end(Peer peer) {
    calls.removeIf(call -> call.peer == peer);
  }

  boolean isCalling(Peer peer) {
    return calls.stream().anyMatch(call -> call.peer == peer);
  }

  /** Returns when something will be due, in nanoseconds from now. */
  long onTick(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (Iterator<Call> i = calls.iterator(); i.hasNext(); ) {
      Call call = i.next();
      while (!call.isOver() && nowNanos - call.dueNanos() >= 0) {
        step(call, nowNanos);
      }
      if (call.isOver()) {
        i.remove();
      } else {
        next = Math.min(next, call.dueNanos() - nowNanos);
      }
    }
    return next;
  }

  private void step(Call call, long nowNanos) {
    if (!call.ipv6Sent) {
      InetSocketAddress first = call.ipv6.isEmpty() ? call.ipv4.getFirst() : call.ipv6.getFirst();
      call.initiation = outlet.initiation(call.peer, first, nowNanos);
      call.ipv6.forEach(place -> send(call.initiation, place, nowNanos));
      call.ipv6Sent = true;
      if (!call.ipv6.isEmpty() && !call.ipv4.isEmpty()) {
        return; // IPv4 a moment later
      }
    }
    call.ipv4.forEach(place -> send(call.initiation, place, nowNanos));
    call.ipv6Sent = false;
    call.round++;
  }

  private void send(byte[] initiation, InetSocketAddress place, long nowNanos) {
    Bucket address =
        addresses.computeIfAbsent(
            place.getAddress(), _ -> new Bucket(ADDRESS_PER_SECOND, ADDRESS_BURST, nowNanos));
    if (initiation.length == 0) {
      return;
    }
    if (address.take(nowNanos) && budget.take(nowNanos)) {
      counters.count("punches_sent");
      outlet.sendTo(initiation, place);
    } else {
      counters.count("punches_withheld");
    }
  }
}
