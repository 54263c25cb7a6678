package org.p2pvpn.overlay.exit;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The inner addresses an exit lends, one IPv4 and one IPv6 a peer. A peer keeps its pair while it
 * renews it, and gets the same pair back after a short absence when nobody else needed it.
 *
 * <p>Owned by one thread; time is told, never read.
 */
public final class Leases {
  /** Ours: 248.0.0.0/16 without its gateway (.0.1) and its ends, rounded down. */
  public static final int LEASES_MAX = 65_000;

  /** The first address after the network and the gateway. */
  private static final int FIRST = 2;

  private static final int POOL_IPV4 = 248 << 24;
  private static final int NODE_ID_BYTES = 32;

  /** What one peer holds. */
  public record Lease(Inet4Address ipv4, Inet6Address ipv6, long expiresNanos) {}

  /** A key that compares by content; a record of an array would not. */
  private record Peer(ByteBuffer key) {}

  private record Held(int number, long expiresNanos) {}

  private final byte[] prefixIpv6;
  private final long lifeNanos;
  private final int leasesMax;
  private final Map<Peer, Held> held = new HashMap<>();
  private final PriorityQueue<Integer> returned = new PriorityQueue<>();
  private int nextNumber;

  /**
   * @param exitNodeId whose first bytes make the /64
   */
  public Leases(byte[] exitNodeId, long lifeNanos) {
    this(exitNodeId, lifeNanos, LEASES_MAX);
  }

  Leases(byte[] exitNodeId, long lifeNanos, int leasesMax) {
    if (exitNodeId.length != NODE_ID_BYTES) {
      throw new IllegalArgumentException("a node id has 32 bytes, not " + exitNodeId.length);
    }
    this.prefixIpv6 = prefixIpv6(exitNodeId);
    this.lifeNanos = lifeNanos;
    this.leasesMax = leasesMax;
  }

  /** A new lease, or the peer's own prolonged; empty when every address is held by others. */
  public Optional<Lease> lease(byte[] peerKey, long nowNanos) {
    Peer peer = new Peer(ByteBuffer.wrap(peerKey.clone()).asReadOnlyBuffer());
    Held mine = held.get(peer);
    int number;
    if (mine != null) {
      number = mine.number();
    } else {
      // A full table is looked through once a request, which only an admitted peer can make.
      if (nextNumber == leasesMax && returned.isEmpty()) {
        expire(nowNanos);
      }
      Integer free = returned.poll();
      if (free == null && nextNumber == leasesMax) {
        return Optional.empty();
      }
      number = free == null ? nextNumber++ : free;
    }
    Held now = new Held(number, nowNanos + lifeNanos);
    held.put(peer, now);
    return Optional.of(lease(now));
  }

  public void release(byte[] peerKey) {
    Held gone = held.remove(new Peer(ByteBuffer.wrap(peerKey)));
    if (gone != null) {
      returned.add(gone.number());
    }
  }

  /** Takes back what nobody renewed; answers how many. */
  public int expire(long nowNanos) {
    int before = held.size();
    held.values()
        .removeIf(
            lease -> {
              boolean over = nowNanos - lease.expiresNanos() >= 0;
              if (over) {
                returned.add(lease.number());
              }
              return over;
            });
    return before - held.size();
  }

  public int size() {
    return held.size();
  }

  /** Where clients send what has no other way, and their DNS. */
  public static Inet4Address gatewayIpv4() {
    return (Inet4Address) address(ByteBuffer.allocate(4).putInt(POOL_IPV4 | 1).array());
  }

  public Inet6Address gatewayIpv6() {
    return ipv6(1);
  }

  /** The /64, as nft and ip write it. */
  public String poolIpv6() {
    return ipv6(0).getHostAddress() + "/64";
  }

  /** A node's /64 in fd71::/16, by the first 48 bits of its node id. */
  private static byte[] prefixIpv6(byte[] nodeId) {
    byte[] prefix = new byte[8];
    prefix[0] = (byte) 0xfd;
    prefix[1] = 0x71;
    System.arraycopy(nodeId, 0, prefix, 2, 6);
    return prefix;
  }

  private Lease lease(Held held) {
    byte[] ipv4 = ByteBuffer.allocate(4).putInt(POOL_IPV4 | (held.number() + FIRST)).array();
    return new Lease(
        (Inet4Address) address(ipv4), ipv6(held.number() + FIRST), held.expiresNanos());
  }

  private Inet6Address ipv6(int host) {
    byte[] bytes = Arrays.copyOf(prefixIpv6, 16);
    ByteBuffer.wrap(bytes).putLong(8, host);
    return (Inet6Address) address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes", e);
    }
  }
}
