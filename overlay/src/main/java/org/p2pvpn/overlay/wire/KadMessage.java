package org.p2pvpn.overlay.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Kademlia inside a session, types 18 to 27. Every question carries a number of the asker's choice,
 * which the answer repeats; who is asking or answering is the session's to say. Built and read as
 * {@link ControlMessage}.
 */
public sealed interface KadMessage {
  /** Of all adverts in one part, lengths included: one datagram, as a single largest advert is. */
  int PART_BYTES_MAX = 1_000 + 26;

  int PARTS_MAX = 8;
  int PART_ADVERTS_MAX = 16;

  /** Which question this belongs to. */
  int query();

  /** 18: query 4 | node id 32. Who is nearest to this id? */
  record Find(int query, NodeId target) implements KadMessage {}

  /** 19: query 4 | role 1, one bit | country 2. Who does this there? */
  record FindProviders(int query, int role, String country) implements KadMessage {
    public FindProviders {
      if (!isRole(role) || !isCountry(country)) {
        throw new IllegalArgumentException("a role is one bit, a country two capital letters");
      }
    }
  }

  /**
   * 20: query 4 | part 1 | parts 1 | providers 1 | count 1 | count times (length 2, signed advert).
   *
   * @param part from 0
   * @param parts of the whole answer, 1 to 8
   * @param providers how many of this part's adverts, from the front, are what was asked for; the
   *     others are nodes nearer to the key
   */
  record Nodes(int query, int part, int parts, int providers, List<byte[]> adverts)
      implements KadMessage {
    public Nodes {
      adverts = List.copyOf(adverts);
      if (!isPart(part, parts, providers, adverts.size())) {
        throw new IllegalArgumentException("a part of at most 8, with at most 16 adverts");
      }
      if (adverts.stream().mapToInt(one -> 2 + one.length).sum() > PART_BYTES_MAX) {
        throw new IllegalArgumentException("a part fits one datagram");
      }
    }

    private static boolean isPart(int part, int parts, int providers, int count) {
      return part >= 0
          && part < parts
          && parts <= PARTS_MAX
          && count <= PART_ADVERTS_MAX
          && providers >= 0
          && providers <= count;
    }
  }

  /**
   * 21: query 4 | role 1 | signed advert, to the end. Keep this for whoever asks.
   *
   * @param role one bit: as one who does this where it says it is; 0: by its node id
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Store(int query, int role, byte[] advert) implements KadMessage {}

  /** 22: query 4 | verdict 1: 0 kept, 1 full, 2 refused. */
  record Stored(int query, Keeping verdict) implements KadMessage {}

  /** 23: query 4 | sequence 8. Are you there, and have you said anything new since? */
  record Probe(int query, long sequence) implements KadMessage {}

  /** 24: query 4 | signed advert, to the end, or nothing when there is nothing new. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Alive(int query, byte[] advert) implements KadMessage {}

  /** What became of a record. */
  enum Keeping {
    KEPT,
    FULL,
    REFUSED
  }

  /** Type byte and fields. */
  @SuppressWarnings("EnumOrdinal") // the wire's bytes are the enum's order, pinned by a test
  default void putTo(ByteBuffer out) {
    switch (this) {
      case Find(int query, NodeId target) -> out.put((byte) 18).putInt(query).put(target.toBytes());
      case FindProviders(int query, int role, String country) ->
          out.put((byte) 19)
              .putInt(query)
              .put((byte) role)
              .put(country.getBytes(StandardCharsets.US_ASCII));
      case Nodes(int query, int part, int parts, int providers, List<byte[]> adverts) -> {
        out.put((byte) 20).putInt(query).put((byte) part).put((byte) parts);
        out.put((byte) providers).put((byte) adverts.size());
        adverts.forEach(one -> out.putShort((short) one.length).put(one));
      }
      case Store(int query, int role, byte[] advert) ->
          out.put((byte) 21).putInt(query).put((byte) role).put(advert);
      case Stored(int query, Keeping verdict) ->
          out.put((byte) 22).putInt(query).put((byte) verdict.ordinal());
      case Probe(int query, long sequence) -> out.put((byte) 23).putInt(query).putLong(sequence);
      case Alive(int query, byte[] advert) -> out.put((byte) 24).putInt(query).put(advert);
    }
  }

  /** Bytes on the wire, type byte included; for those who count them. */
  default int sizeBytes() {
    return switch (this) {
      case Find _ -> 5 + NodeId.BYTES;
      case FindProviders _ -> 8;
      case Nodes nodes -> 9 + nodes.adverts.stream().mapToInt(one -> 2 + one.length).sum();
      case Store store -> 6 + store.advert.length;
      case Stored _ -> 6;
      case Probe _ -> 13;
      case Alive alive -> 5 + alive.advert.length;
    };
  }

  /** Reads what follows the type byte; null for what is no message of Kademlia. */
  static @Nullable KadMessage read(int type, ByteBuffer in) {
    if (type < 18 || type > 24 || in.remaining() < 4) {
      return null;
    }
    int query = in.getInt();
    return switch (type) {
      case 18 -> in.remaining() >= NodeId.BYTES ? new Find(query, nodeId(in)) : null;
      case 19 -> readProviders(query, in);
      case 20 -> readNodes(query, in);
      case 21 -> readStore(query, in);
      case 22 -> readStored(query, in);
      case 23 -> in.remaining() >= 8 ? new Probe(query, in.getLong()) : null;
      default -> in.remaining() <= PART_BYTES_MAX ? new Alive(query, rest(in)) : null;
    };
  }

  private static @Nullable KadMessage readProviders(int query, ByteBuffer in) {
    if (in.remaining() < 3) {
      return null;
    }
    int role = Byte.toUnsignedInt(in.get());
    String country = new String(new byte[] {in.get(), in.get()}, StandardCharsets.ISO_8859_1);
    return isRole(role) && isCountry(country) ? new FindProviders(query, role, country) : null;
  }

  private static @Nullable KadMessage readNodes(int query, ByteBuffer in) {
    if (in.remaining() < 4 || in.remaining() > 4 + PART_BYTES_MAX) {
      return null;
    }
    int part = in.get();
    int parts = in.get();
    int providers = in.get();
    int count = in.get();
    if (!Nodes.isPart(part, parts, providers, count)) {
      return null;
    }
    List<byte[]> adverts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < 2 ? -1 : Short.toUnsignedInt(in.getShort());
      if (length < 0 || length > in.remaining()) {
        return null;
      }
      byte[] advert = new byte[length];
      in.get(advert);
      adverts.add(advert);
    }
    return new Nodes(query, part, parts, providers, adverts);
  }

  private static @Nullable KadMessage readStore(int query, ByteBuffer in) {
    if (in.remaining() < 1 || in.remaining() > 1 + PART_BYTES_MAX) {
      return null;
    }
    int role = Byte.toUnsignedInt(in.get());
    return role == 0 || isRole(role) ? new Store(query, role, rest(in)) : null;
  }

  private static @Nullable KadMessage readStored(int query, ByteBuffer in) {
    Keeping[] all = Keeping.values();
    int verdict = in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : all.length;
    return verdict < all.length ? new Stored(query, all[verdict]) : null;
  }

  private static boolean isRole(int role) {
    return role > 0 && role < 256 && Integer.bitCount(role) == 1;
  }

  private static boolean isCountry(String text) {
    return text.length() == 2 && text.chars().allMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static byte[] rest(ByteBuffer in) {
    return Arrays.copyOfRange(in.array(), in.arrayOffset() + in.position(), in.limit());
  }

  private static NodeId nodeId(ByteBuffer in) {
    byte[] id = new byte[NodeId.BYTES];
    in.get(id);
    return NodeId.ofBytes(id);
  }
}
