package org.p2pvpn.overlay.exit;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The inner addresses an exit lends, one IPv4 and one IPv6 a peer. A peer keeps its pair while it
 * renews it, and gets the same pair back after an absence when nobody else needed it.
 *
 * <p>Which pair is drawn by a hash, and not the next free one: a client of two exits would have the
 * same IPv4 address of both. If it does all the same it asks again, with another salt.
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

  private record Held(int number, int salt, long expiresNanos) {}

  private final byte[] exitNodeId;
  private final byte[] prefixIpv6;
  private final long lifeNanos;
  private final int leasesMax;
  private final Map<Peer, Held> held = new HashMap<>();
  private final BitSet taken = new BitSet();

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
    this.exitNodeId = exitNodeId.clone();
    this.prefixIpv6 = prefixIpv6(exitNodeId);
    this.lifeNanos = lifeNanos;
    this.leasesMax = leasesMax;
  }

  /**
   * A new lease, or the peer's own prolonged; empty when every address is held by others.
   *
   * @param salt with another one than before the peer gets another lease
   */
  public Optional<Lease> lease(byte[] peerKey, int salt, long nowNanos) {
    Peer peer = new Peer(ByteBuffer.wrap(peerKey.clone()).asReadOnlyBuffer());
    Held mine = held.get(peer);
    int number =
        mine != null && mine.salt() == salt ? mine.number() : draw(peerKey, salt, nowNanos);
    if (number < 0) {
      return Optional.empty();
    }
    Held now = new Held(number, salt, nowNanos + lifeNanos);
    Held before = held.put(peer, now);
    if (before != null && before.number() != number) {
      taken.clear(before.number());
    }
    taken.set(number);
    return Optional.of(lease(now));
  }

  /** A free number, or -1. */
  private int draw(byte[] peerKey, int salt, long nowNanos) {
    // A full table is looked through once a request, which only an admitted peer can make.
    if (taken.cardinality() == leasesMax && expire(nowNanos) == 0) {
      return -1;
    }
    int wish = Math.floorMod(hash(peerKey, salt), leasesMax);
    int free = taken.nextClearBit(wish);
    return free < leasesMax ? free : taken.nextClearBit(0);
  }

  /** Ours alone for this exit: the same client of another one is to get another number. */
  private int hash(byte[] peerKey, int salt) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(exitNodeId);
      sha256.update(peerKey);
      return ByteBuffer.wrap(sha256.digest(ByteBuffer.allocate(4).putInt(salt).array())).getInt();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public void release(byte[] peerKey) {
    Held gone = held.remove(new Peer(ByteBuffer.wrap(peerKey)));
    if (gone != null) {
      taken.clear(gone.number());
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
                taken.clear(lease.number());
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
