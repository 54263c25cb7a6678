package org.p2pvpn.overlay.discovery.kad;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.identity.NodeId;

/** A point of the 256-bit space that nodes and records share; nearness is by XOR. */
record KadKey(long a, long b, long c, long d) {
  static final int BITS = 256;

  static KadKey of(NodeId id) {
    return of(id.toBytes());
  }

  /** Where the records of who does this in that country belong. */
  static KadKey ofProviders(int role, String country) {
    String text = "p2pvpn providers 1 " + role + " " + country;
    try {
      return of(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static KadKey of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new KadKey(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  NodeId toNodeId() {
    ByteBuffer out = ByteBuffer.allocate(NodeId.BYTES);
    return NodeId.ofBytes(out.putLong(a).putLong(b).putLong(c).putLong(d).array());
  }

  /** How many leading bits are the same: the other's bucket here, 256 for the same key. */
  int sharedBits(KadKey other) {
    if (a != other.a) {
      return Long.numberOfLeadingZeros(a ^ other.a);
    }
    if (b != other.b) {
      return 64 + Long.numberOfLeadingZeros(b ^ other.b);
    }
    if (c != other.c) {
      return 128 + Long.numberOfLeadingZeros(c ^ other.c);
    }
    return 192 + Long.numberOfLeadingZeros(d ^ other.d);
  }

  /** Which of two is nearer: negative when the first is. */
  int compareDistance(KadKey first, KadKey second) {
    int order = Long.compareUnsigned(a ^ first.a, a ^ second.a);
    if (order == 0) {
      order = Long.compareUnsigned(b ^ first.b, b ^ second.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c ^ first.c, c ^ second.c);
    }
    return order == 0 ? Long.compareUnsigned(d ^ first.d, d ^ second.d) : order;
  }

  /** A random key of this bucket: so many bits shared, the next one not. */
  KadKey inBucket(int bucket, RandomGenerator random) {
    long[] words = {a, b, c, d};
    int word = bucket / 64;
    int bit = bucket % 64;
    long kept = bit == 0 ? 0 : -1L << (64 - bit);
    long flipped = 1L << (63 - bit);
    long below = flipped - 1;
    words[word] = (words[word] & kept) | (~words[word] & flipped) | (random.nextLong() & below);
    for (int i = word + 1; i < words.length; i++) {
      words[i] = random.nextLong();
    }
    return new KadKey(words[0], words[1], words[2], words[3]);
  }
}
