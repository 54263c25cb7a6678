package org.p2pvpn.cli.underlay;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The emulated internet as a function of packets, time and a seed: {@link #send} takes what a host
 * sends, {@link #poll} gives what is due at a host. It reads no clock and opens nothing. The same
 * calls with the same seed get the same answers.
 *
 * <p>One thread at a time. The way of a packet: its NAT, the link's queue and wire, time, the other
 * host's NAT, which looks at it only when it is there: a hole may have been punched meanwhile.
 */
final class Underlay {
  /** Ours: 64 MB, half of the lab's heap; past it packets are dropped and counted. */
  private static final int FLYING_MAX = 32_768;

  /** Ours: what is kept for the next packets. */
  private static final int SPARE_MAX = 4096;

  /** Random bits for the last round (SplitMix64's). */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final long seed;
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final Map<Address, Host> byAddress = new HashMap<>();
  private final ArrayDeque<Packet> spare = new ArrayDeque<>();
  private final PriorityQueue<Packet> flying =
      new PriorityQueue<>(
          Comparator.<Packet>comparingLong(packet -> packet.dueNanos)
              .thenComparingLong(packet -> packet.order));
  private LinkShape defaultShape = LinkShape.PERFECT;
  private @Nullable PacketObserver observer;
  private int indexes;
  private long order;

  Underlay(long seed) {
    this.seed = seed;
  }

  Host add(String name, List<Address> addresses) {
    if (hosts.containsKey(name)) {
      throw new IllegalArgumentException(name + ": there is such a host already");
    }
    Host host = new Host(name, indexes++);
    hosts.put(name, host);
    readdress(host, addresses);
    return host;
  }

  void remove(Host host) {
    readdress(host, List.of());
    hosts.remove(host.name);
    host.blackholed = true;
  }

  void readdress(Host host, List<Address> addresses) {
    for (Address address : addresses) {
      Host other = byAddress.getOrDefault(address, host);
      if (other != host) {
        throw new IllegalArgumentException(
            host.name + ": has an address of " + other.name + ": " + address);
      }
    }
    host.addresses.forEach(byAddress::remove);
    host.addresses = List.copyOf(addresses);
    addresses.forEach(address -> byAddress.put(address, host));
  }

  Host host(String name) {
    Host host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException(name + ": no such host; there are " + hosts.keySet());
    }
    return host;
  }

  List<Host> hosts() {
    return List.copyOf(hosts.values());
  }

  void nat(Host host, NatKind kind, NatTimeouts timeouts, Address inside) {
    Address outside =
        host.addresses.stream().filter(Address::isIpv4).findFirst().orElse(Address.ANY);
    host.nat = new Nat(kind, timeouts, outside, inside, mixed(host.name, "nat"));
  }

  void observer(@Nullable PacketObserver all) {
    observer = all;
  }

  /** For every pair that has not been told its own, and for those to come. */
  void defaultShape(LinkShape shape) {
    defaultShape = shape;
    for (Host host : hosts.values()) {
      for (Link link : host.links) {
        if (link != null) {
          link.defaultShape(shape);
        }
      }
    }
  }

  Link link(Host from, Host to) {
    while (from.links.size() <= to.index) {
      from.links.add(null);
    }
    Link link = from.links.get(to.index);
    if (link == null) {
      link = new Link(mixed(from.name, to.name), defaultShape);
      from.links.set(to.index, link);
    }
    return link;
  }

  /**
   * A seed of its own for each pair. Mixed (MurmurHash3's finalizer), because seeds of a
   * SplittableRandom that differ by a multiple of its step are one sequence, shifted.
   */
  private long mixed(String first, String second) {
    long mixed = seed;
    for (long part : new long[] {first.hashCode(), second.hashCode(), GOLDEN}) {
      mixed += part;
      mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
      mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
      mixed ^= mixed >>> 33;
    }
    return mixed;
  }

  /** A packet to be filled and sent. */
  Packet borrow(int bytes) {
    Packet packet = bytes <= Packet.USUAL_BYTES ? spare.pollLast() : null;
    if (packet == null) {
      packet = new Packet(Math.max(bytes, Packet.USUAL_BYTES));
    }
    packet.routers = false;
    return packet;
  }

  void release(Packet packet) {
    if (packet.bytes.capacity() == Packet.USUAL_BYTES && spare.size() < SPARE_MAX) {
      spare.addLast(packet);
    }
  }

  /** Takes the packet over, whatever becomes of it. */
  Verdict send(Host from, Packet packet, long nowNanos) {
    packet.from = from;
    Host to = packet.isWellFormed() ? byAddress.get(packet.destination()) : null;
    packet.to = to;
    if (to == null || to == from || from.blackholed) {
      Verdict verdict = reasonNotToRoute(from, to, packet);
      from.unrouted.merge(verdict, 1L, Long::sum);
      tellSent(packet, verdict);
      release(packet);
      return verdict;
    }
    Link link = link(from, to);
    link.countSent(packet.length);
    Verdict verdict = link.admit(packet.length);
    if (verdict != Verdict.PASSED) {
      answer(verdict, link, packet, nowNanos);
    }
    tellSent(packet, verdict);
    if (verdict == Verdict.PASSED && from.nat != null) {
      verdict = from.nat.outbound(packet, nowNanos);
    }
    if (verdict == Verdict.PASSED) {
      verdict = link.carry(packet.length, nowNanos);
    }
    if (verdict == Verdict.PASSED) {
      verdict = fly(link, packet);
    }
    if (verdict != Verdict.PASSED) {
      link.countDrop(verdict);
      release(packet);
    }
    return verdict;
  }

  private static Verdict reasonNotToRoute(Host from, @Nullable Host to, Packet packet) {
    if (from.blackholed) {
      return Verdict.BLACKHOLED;
    }
    if (!packet.isWellFormed()) {
      return Verdict.MALFORMED;
    }
    return to == null ? Verdict.NO_ROUTE : Verdict.NAT_HAIRPIN;
  }

  private Verdict fly(Link link, Packet packet) {
    if (flying.size() >= FLYING_MAX) {
      return Verdict.BUDGET;
    }
    launch(packet, link.arrivalNanos());
    if (link.duplicates()) {
      Packet copy = borrow(packet.length);
      copy.copyFrom(packet);
      launch(copy, packet.dueNanos);
    }
    return Verdict.PASSED;
  }

  private void launch(Packet packet, long dueNanos) {
    packet.dueNanos = dueNanos;
    packet.order = order++;
    flying.add(packet);
  }

  private void answer(Verdict verdict, Link link, Packet packet, long nowNanos) {
    boolean told =
        verdict == Verdict.LINK_DOWN || (verdict == Verdict.TOO_BIG && link.shape().mtu().told());
    if (!told || !Icmp.mayAnswer(packet)) {
      return;
    }
    Packet answer = borrow(Packet.USUAL_BYTES);
    if (verdict == Verdict.TOO_BIG) {
      Icmp.tooBig(packet, link.shape().mtu().bytes(), answer);
    } else {
      Icmp.unreachable(packet, answer);
    }
    answer.from = packet.to;
    answer.to = packet.from;
    answer.routers = true;
    launch(answer, nowNanos);
  }

  /** When something will be due, or {@link Long#MAX_VALUE}. */
  long nextDueNanos() {
    Packet next = flying.peek();
    return next == null ? Long.MAX_VALUE : next.dueNanos;
  }

  int flying() {
    return flying.size();
  }

  /** The next packet that is due, as its host will see it; to be released by the caller. */
  @Nullable Packet poll(long nowNanos) {
    while (nextDueNanos() <= nowNanos) {
      Packet packet = flying.remove();
      Host from = packet.from;
      Host to = packet.to;
      if (from == null || to == null) {
        throw new IllegalStateException("a packet flies from and to somewhere");
      }
      Verdict verdict = arrive(packet, to, nowNanos);
      tellDelivered(packet, from, to, verdict);
      if (verdict == Verdict.PASSED) {
        return packet;
      }
      link(from, to).countDrop(verdict);
      release(packet);
    }
    return null;
  }

  private static Verdict arrive(Packet packet, Host to, long nowNanos) {
    if (to.blackholed) {
      return Verdict.BLACKHOLED;
    }
    Nat nat = to.nat;
    return packet.routers || nat == null ? Verdict.PASSED : nat.inbound(packet, nowNanos);
  }

  /** After the host's device has taken the packet, or has not. */
  void delivered(Packet packet, boolean taken) {
    if (packet.from != null && packet.to != null && !packet.routers) {
      Link link = link(packet.from, packet.to);
      if (taken) {
        link.countDelivered(packet.length);
      } else {
        link.countDrop(Verdict.DEVICE_DOWN);
      }
    }
    release(packet);
  }

  private void tellSent(Packet packet, Verdict verdict) {
    if (observer != null && packet.from != null) {
      String to = packet.to == null ? "" : packet.to.name;
      observer.sent(packet.from.name, to, verdict, packet.bytes.slice(0, packet.length));
    }
  }

  private void tellDelivered(Packet packet, Host from, Host to, Verdict verdict) {
    if (observer != null) {
      String name = packet.routers ? "" : from.name;
      observer.arrived(name, to.name, verdict, packet.bytes.slice(0, packet.length));
    }
  }
}
