package org.p2pvpn.cli.underlay;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The NAT in front of one host: translates IPv4, and filters IPv6 by the same rules without
 * translating it, as home routers do. A function of packets and time.
 *
 * <p>RFC 4787 by requirement: REQ-1 mapping and REQ-8 filtering as {@link NatKind} says, REQ-3 no
 * port twice, REQ-6 outbound packets alone refresh. Left out: port parity (REQ-4), hairpinning
 * (REQ-9), fragments in disorder (REQ-14).
 */
final class Nat {
  /**
   * Ours: a small home router's. Past it new flows find no way out until old ones are forgotten.
   */
  private static final int MAPPINGS_MAX = 16_384;

  /** Ours: past it the remote that was quiet longest is forgotten. */
  private static final int REMOTES_MAX = 1024;

  private static final int PORT_MIN = 1024;
  private static final int PORTS_END = 65_536;

  private record Endpoint(int protocol, Address address, int port) {}

  private record Remote(Address address, int port) {}

  private record Key(Endpoint inside, Remote remote) {}

  private static final class Mapping {
    final Key key;
    final Endpoint outside;
    final SequencedMap<Remote, Long> permitted = new LinkedHashMap<>(4, 0.75f, true);
    long usedNanos;

    Mapping(Key key, Endpoint outside) {
      this.key = key;
      this.outside = outside;
    }
  }

  private final NatKind kind;
  private final NatTimeouts timeouts;
  private final Address outside;
  private final Address inside;
  private final SplittableRandom random;
  private final Map<Key, Mapping> byInside = new HashMap<>();
  private final Map<Endpoint, Mapping> byOutside = new HashMap<>();
  private final NatFragments outboundFragments = new NatFragments();
  private final NatFragments inboundFragments = new NatFragments();

  /**
   * Of a host.
   *
   * @param outside its IPv4 address in the internet
   * @param inside its IPv4 address behind the NAT
   */
  Nat(NatKind kind, NatTimeouts timeouts, Address outside, Address inside, long seed) {
    this.kind = kind;
    this.timeouts = timeouts;
    this.outside = outside;
    this.inside = inside;
    this.random = new SplittableRandom(seed);
  }

  /** From the host to the internet; the packet is changed only when it passes. */
  Verdict outbound(Packet packet, long nowNanos) {
    boolean ipv4 = packet.isIpv4();
    if (ipv4 && !packet.source().equals(inside)) {
      return Verdict.NAT_UNKNOWN;
    }
    if (packet.isLaterFragment()) {
      if (!outboundFragments.hasPassed(packet)) {
        return Verdict.NAT_UNKNOWN;
      }
      if (ipv4) {
        Rewrite.laterSource(packet, outside);
      }
      return Verdict.PASSED;
    }
    Flow quoted = Flow.quotedIn(packet);
    if (quoted != null) {
      return errorOutbound(packet, quoted, nowNanos);
    }
    Flow flow = Flow.of(packet);
    if (flow == null || flow.sourcePort() == 0) {
      return Verdict.NAT_UNKNOWN;
    }
    Remote remote = new Remote(flow.destination(), flow.destinationPort());
    Key key = key(new Endpoint(flow.protocol(), flow.source(), flow.sourcePort()), remote);
    Mapping mapping = alive(byInside.get(key), nowNanos);
    if (mapping == null) {
      mapping = create(key, ipv4, nowNanos);
    }
    if (mapping == null) {
      return Verdict.NAT_FULL;
    }
    mapping.usedNanos = nowNanos;
    mapping.permitted.put(filterKey(remote), nowNanos);
    if (mapping.permitted.size() > REMOTES_MAX) {
      mapping.permitted.pollFirstEntry();
    }
    outboundFragments.onPassing(packet);
    if (ipv4) {
      Rewrite.source(packet, outside, mapping.outside.port);
    }
    return Verdict.PASSED;
  }

  /** From the internet to the host. */
  Verdict inbound(Packet packet, long nowNanos) {
    if (packet.isLaterFragment()) {
      if (!inboundFragments.hasPassed(packet)) {
        return Verdict.NAT_UNKNOWN;
      }
      if (packet.isIpv4()) {
        Rewrite.laterDestination(packet, inside);
      }
      return Verdict.PASSED;
    }
    Flow quoted = Flow.quotedIn(packet);
    if (quoted != null) {
      return errorInbound(packet, quoted, nowNanos);
    }
    Flow flow = Flow.of(packet);
    if (flow == null) {
      return Verdict.NAT_UNKNOWN;
    }
    Mapping mapping =
        alive(
            byOutside.get(
                new Endpoint(flow.protocol(), flow.destination(), flow.destinationPort())),
            nowNanos);
    if (mapping == null) {
      return Verdict.NAT_NO_MAPPING;
    }
    if (kind.filtering() != NatKind.Behaviour.ENDPOINT_INDEPENDENT) {
      Long since = mapping.permitted.get(filterKey(new Remote(flow.source(), flow.sourcePort())));
      if (since == null || nowNanos - since > timeouts.nanosOf(flow.protocol())) {
        return Verdict.NAT_FILTERED;
      }
    }
    inboundFragments.onPassing(packet);
    if (packet.isIpv4()) {
      Rewrite.destination(packet, inside, mapping.key.inside.port);
    }
    return Verdict.PASSED;
  }

  /** About what the host has sent. RFC 5508, REQ-4: the mapping decides, its filter does not. */
  private Verdict errorInbound(Packet packet, Flow quoted, long nowNanos) {
    Endpoint sender = new Endpoint(quoted.protocol(), quoted.source(), quoted.sourcePort());
    Mapping mapping = alive(byOutside.get(sender), nowNanos);
    if (mapping == null) {
      return Verdict.NAT_NO_MAPPING;
    }
    if (packet.isIpv4()) {
      Rewrite.errorInbound(packet, inside, mapping.key.inside.port);
    }
    return Verdict.PASSED;
  }

  /** The host's own, e.g. "port unreachable", about what came in. */
  private Verdict errorOutbound(Packet packet, Flow quoted, long nowNanos) {
    Endpoint receiver =
        new Endpoint(quoted.protocol(), quoted.destination(), quoted.destinationPort());
    Remote remote = new Remote(quoted.source(), quoted.sourcePort());
    Mapping mapping = alive(byInside.get(key(receiver, remote)), nowNanos);
    if (mapping == null) {
      return Verdict.NAT_NO_MAPPING;
    }
    if (packet.isIpv4()) {
      Rewrite.errorOutbound(packet, outside, mapping.outside.port);
    }
    return Verdict.PASSED;
  }

  private Key key(Endpoint endpoint, Remote remote) {
    return new Key(endpoint, reduced(kind.mapping(), remote));
  }

  private Remote filterKey(Remote remote) {
    return reduced(kind.filtering(), remote);
  }

  private static Remote reduced(NatKind.Behaviour behaviour, Remote remote) {
    return switch (behaviour) {
      case ENDPOINT_INDEPENDENT -> new Remote(Address.ANY, 0);
      case ADDRESS_DEPENDENT -> new Remote(remote.address, 0);
      case ADDRESS_AND_PORT_DEPENDENT -> remote;
    };
  }

  private @Nullable Mapping alive(@Nullable Mapping mapping, long nowNanos) {
    if (mapping == null || !isExpired(mapping, nowNanos)) {
      return mapping;
    }
    remove(mapping);
    return null;
  }

  private boolean isExpired(Mapping mapping, long nowNanos) {
    return nowNanos - mapping.usedNanos > timeouts.nanosOf(mapping.outside.protocol);
  }

  private void remove(Mapping mapping) {
    byInside.remove(mapping.key);
    byOutside.remove(mapping.outside, mapping);
  }

  private @Nullable Mapping create(Key key, boolean translates, long nowNanos) {
    if (byInside.size() >= MAPPINGS_MAX) {
      byInside.values().stream()
          .filter(mapping -> isExpired(mapping, nowNanos))
          .toList()
          .forEach(this::remove);
      if (byInside.size() >= MAPPINGS_MAX) {
        return null;
      }
    }
    Endpoint free = translates ? freeOutside(key.inside.protocol) : key.inside;
    Mapping mapping = new Mapping(key, free);
    byInside.put(key, mapping);
    byOutside.put(free, mapping);
    return mapping;
  }

  /** Ends, since there are more ports than mappings. */
  private Endpoint freeOutside(int protocol) {
    while (true) {
      Endpoint candidate = new Endpoint(protocol, outside, random.nextInt(PORT_MIN, PORTS_END));
      if (!byOutside.containsKey(candidate)) {
        return candidate;
      }
    }
  }

  static {
    assert MAPPINGS_MAX < PORTS_END - PORT_MIN : "a free port can always be found";
  }
}
