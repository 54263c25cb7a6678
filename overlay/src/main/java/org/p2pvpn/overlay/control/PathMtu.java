package org.p2pvpn.overlay.control;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Session;

/**
 * How large a datagram may be on the way to one place: packetization layer path MTU discovery (RFC
 * 8899) as a state machine. It sends nothing and reads no clock: it says what to send, and is told
 * what came back.
 *
 * <p>The largest datagram that the tunnel makes is asked about first, and on most ways that is all.
 * When it is lost, the smallest one is asked whether anything comes through at all: a way that is
 * only bad, or dead, is no narrow one. Then the sizes between are searched, the largest among them
 * once more. What was found before holds until the search ends.
 */
final class PathMtu {
  /** RFC 8899, section 5.1.2. With 10 % loss each way a size is wrongly given up once in 150. */
  private static final int TRIES_MAX = 3;

  /** RFC 8899, section 5.1.1. */
  static final long RAISE_NANOS = TimeUnit.SECONDS.toNanos(600);

  /** Ours: traffic stands still so long at most when a way becomes narrower and says nothing. */
  static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Ours: one full packet. Who sends less between two looks can wait for the next one. */
  static final int USED_BYTES = 1280;

  /**
   * MTUs of links: Ethernet, PPPoE, and tunnels over both, and the least that IPv6 allows. Between
   * two of them there is little to gain.
   */
  private static final int[] LINK_BYTES = {
    1280, 1300, 1320, 1340, 1360, 1380, 1400, 1420, 1450, 1460, 1472, 1480, 1492, 1500
  };

  private static final int IPV4_AND_UDP_BYTES = 20 + 8;
  private static final int IPV6_AND_UDP_BYTES = 40 + 8;

  /** Ours: two sizes' worth, and an answer may be late. */
  private static final int REMEMBERED = 8;

  private static final int NONE = -1;

  final InetSocketAddress place;
  final int fullBytes;
  private final RandomGenerator random;
  private final int headerBytes;

  /** Of datagrams, without the headers below; ascending. */
  private final List<Integer> sizes;

  private final long[] ids = new long[REMEMBERED];
  private final int[] idSizes = new int[REMEMBERED];
  private int probes;

  private Phase phase = Phase.RESTING;
  private int known = NONE;
  private long knownNanos;

  /** The search: this one passes, that one does not. */
  private int low;

  private int high;
  private int refused;

  private int asked;
  private int tries;
  private boolean out;
  private long sentNanos;
  private long patienceNanos;

  /** When a search or a look ended, and what had been sent by then. */
  private long restedNanos;

  private long restedBytes;
  private boolean began;

  private enum Phase {
    RESTING,
    /** Is the largest one too large? */
    FULL,
    /** Does what passed still pass? */
    CONFIRMING,
    /** Does anything? */
    BASE,
    SEARCHING
  }

  /** To be sent in one piece or not at all. */
  record Probe(long id, int datagramBytes) {}

  /** {@code fullBytes}: the largest datagram that is sent there. */
  PathMtu(InetSocketAddress place, int fullBytes, RandomGenerator random) {
    this.place = place;
    this.fullBytes = fullBytes;
    this.random = random;
    headerBytes =
        place.getAddress() instanceof Inet6Address ? IPV6_AND_UDP_BYTES : IPV4_AND_UDP_BYTES;
    List<Integer> below = new ArrayList<>();
    for (int link : LINK_BYTES) {
      if (link - headerBytes < fullBytes) {
        below.add(link - headerBytes);
      }
    }
    below.add(fullBytes);
    sizes = List.copyOf(below);
    refused = sizes.size();
  }

  /** The largest IP packet of ours that came through, or 0 before one did. */
  int mtuBytes() {
    return known == NONE ? 0 : sizes.get(known) + headerBytes;
  }

  /** What a datagram may have, or {@link Session#ANY_SIZE}. */
  int datagramBytesMax() {
    return known == NONE || known == sizes.size() - 1 ? Session.ANY_SIZE : sizes.get(known);
  }

  /** When an answer is missing, in nanoseconds from now. */
  long waitNanos(long nowNanos) {
    return out ? sentNanos + patienceNanos - nowNanos : Long.MAX_VALUE;
  }

  /**
   * What to send now, or null.
   *
   * @param sentBytes of packets, to this place, so far
   * @param expected whether much is about to be sent, so that the first look need not wait for it
   * @param patience how long an answer may take
   */
  @Nullable Probe next(long sentBytes, boolean expected, long patience, long nowNanos) {
    if (phase == Phase.RESTING) {
      boolean used = sentBytes - restedBytes >= USED_BYTES || (known == NONE && expected);
      if (!used || (began && nowNanos - restedNanos < CONFIRM_NANOS)) {
        return null;
      }
      begin(nowNanos);
    } else if (out && nowNanos - sentNanos < patienceNanos) {
      return null;
    } else if (out && tries >= TRIES_MAX) {
      onLost(nowNanos);
    }
    restedBytes = sentBytes;
    return phase == Phase.RESTING ? null : probe(patience, nowNanos);
  }

  private void begin(long nowNanos) {
    began = true;
    refused = sizes.size();
    if (known == NONE) {
      ask(Phase.FULL, sizes.size() - 1);
    } else if (known < sizes.size() - 1 && nowNanos - knownNanos >= RAISE_NANOS) {
      search(known, nowNanos);
    } else {
      ask(Phase.CONFIRMING, known);
    }
  }

  private Probe probe(long patience, long nowNanos) {
    tries++;
    out = true;
    sentNanos = nowNanos;
    patienceNanos = patience;
    int slot = probes++ % REMEMBERED;
    ids[slot] = random.nextLong();
    idSizes[slot] = asked;
    return new Probe(ids[slot], sizes.get(asked));
  }

  /** What came back may be an answer, also to a probe that was given up. */
  boolean onAnswer(long id, long nowNanos) {
    int size = sizeOf(id);
    if (size == NONE) {
      return false;
    }
    switch (phase) {
      case RESTING -> {}
      case FULL, CONFIRMING -> {
        if (size >= asked) {
          settle(size, phase == Phase.FULL, nowNanos);
        }
      }
      case BASE -> search(size, nowNanos);
      case SEARCHING -> {
        if (size > low) {
          low = size;
          high = Math.max(high, size + 1);
          step(nowNanos);
        }
      }
    }
    return true;
  }

  /** Our own link does not take it: no need to ask again. */
  void onRefused(long id, long nowNanos) {
    int size = sizeOf(id);
    if (size == NONE) {
      return;
    }
    refused = Math.min(refused, size);
    high = Math.min(high, size);
    if (phase != Phase.RESTING && size == asked) {
      onLost(nowNanos);
    }
  }

  private int sizeOf(long id) {
    for (int slot = 0; slot < Math.min(probes, REMEMBERED); slot++) {
      if (ids[slot] == id) {
        return idSizes[slot];
      }
    }
    return NONE;
  }

  private void onLost(long nowNanos) {
    switch (phase) {
      case RESTING -> {}
      case FULL, CONFIRMING -> ask(Phase.BASE, 0);
      case BASE -> rest(nowNanos); // a dead way says nothing of its width
      case SEARCHING -> {
        high = asked;
        step(nowNanos);
      }
    }
  }

  private void search(int passes, long nowNanos) {
    low = passes;
    high = Math.max(refused, passes + 1);
    phase = Phase.SEARCHING;
    step(nowNanos);
  }

  private void step(long nowNanos) {
    if (high - low <= 1) {
      settle(low, true, nowNanos);
    } else {
      ask(Phase.SEARCHING, (low + high) / 2);
    }
  }

  private void ask(Phase next, int size) {
    phase = next;
    asked = size;
    tries = 0;
    out = false;
  }

  private void settle(int size, boolean searched, long nowNanos) {
    known = size;
    if (searched) {
      knownNanos = nowNanos;
    }
    rest(nowNanos);
  }

  private void rest(long nowNanos) {
    phase = Phase.RESTING;
    out = false;
    restedNanos = nowNanos;
  }
}
