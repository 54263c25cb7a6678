package org.p2pvpn.overlay.discovery.kad;

import java.util.concurrent.TimeUnit;

/**
 * Numbers of the protocol. Those with a source name it; the others are ours, with the reason.
 * Durations are nanoseconds of the monotonic clock.
 */
public final class KadLimits {
  /** Kademlia's k: places in a bucket, and nodes that keep a record. */
  public static final int K = 20;

  /** Kademlia's alpha, for each path: questions out at a time. */
  public static final int ALPHA = 3;

  /** Issue 4; S/Kademlia uses 4 to 8 and one question at a time on each. */
  public static final int PATHS = 3;

  /** go-ethereum, threats.md P19. */
  public static final int REPLACEMENTS_MAX = 10;

  /** threats.md P19 (go-ethereum): of one /24 or /48, internet addresses only. */
  public static final int BUCKET_PREFIX_MAX = 2;

  public static final int TABLE_PREFIX_MAX = 10;

  /** Nodes in an answer: four datagrams of usual adverts, one of them lost is no loss. */
  static final int ANSWER_MAX = 12;

  /** Providers in an answer; the rest are nodes nearer to the key. */
  static final int ANSWER_PROVIDERS_MAX = 8;

  /** A path that has asked so many gives up: a ring of liars is left behind. */
  static final int PATH_QUESTIONS_MAX = 32;

  /** A path ends when so many of its nearest answered: all paths together, somewhat more than k. */
  static final int PATH_NEAREST = 8;

  static final int LOOKUPS_MAX = 8;
  static final int LOOKUPS_WAITING_MAX = 64;

  /** Two round trips around the world, a handshake, and a busy node. */
  static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** An advert held for so long is renewed, and its node seen to live, before it ends. */
  static final long CHECK_NANOS = TimeUnit.MINUTES.toNanos(8);

  /** Seen so lately, the oldest of a full bucket is not asked again for each newcomer. */
  static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Kademlia, section 2.3. */
  static final long REFRESH_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Records live as long as the advert in them: 15 minutes, of which 5 may be over. */
  static final long REPUBLISH_NANOS = TimeUnit.MINUTES.toNanos(8);

  /** Between, the nodes that keep our records are those found last. */
  static final long RELOCATE_NANOS = TimeUnit.HOURS.toNanos(1);

  /** One knock at an address that somebody else claims, and none again for so long. */
  static final long PROBE_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** At the limit the oldest knock is forgotten. */
  static final int PROBES_KEPT = 8_192;

  /** At once, after a restart: a handshake each. */
  static final int ANCHORS_AT_ONCE = 16;

  static final int MEETINGS_MAX = 32;

  /** A lookup asks a node once; a node's upkeep a few times an hour. */
  static final double PEER_QUESTIONS_PER_SECOND = 5;

  static final double PEER_QUESTIONS_BURST = 40;
  static final int PEERS_METERED = 4_096;

  /** Adverts by node id that we keep for others; about 2 KB each. */
  static final int RECORDS_MAX = 1_024;

  /** For one key; more say nothing new to who asks for eight. */
  static final int PROVIDERS_MAX = 128;

  /** Of all keys together; then the longest list loses one. */
  static final int PROVIDER_RECORDS_MAX = 2_048;

  static final int RECORD_PREFIX_MAX = 10;
  static final int PROVIDER_PREFIX_MAX = 2;

  private KadLimits() {}
}
