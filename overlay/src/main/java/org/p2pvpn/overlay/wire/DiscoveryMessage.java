package org.p2pvpn.overlay.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The control messages of discovery, types 16 and 17: adverts. Built and read as {@link
 * ControlMessage}.
 */
public sealed interface DiscoveryMessage {
  /** With its type byte; an advert has at most 1,024. */
  int BYTES_MAX = 1 + 2 + 1_024;

  /**
   * 16: length 2 | a signed advert, one's own or another's, asked for or not.
   *
   * <p>Its bytes belong to the message: nobody changes them.
   */
  @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
  record Advert(byte[] signed) implements DiscoveryMessage {
    public Advert {
      if (signed.length > BYTES_MAX - 3) {
        throw new IllegalArgumentException("an advert has at most 1024 bytes");
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Advert(byte[] bytes) && Arrays.equals(signed, bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(signed);
    }

    @Override
    public String toString() {
      return "Advert of " + signed.length + " bytes";
    }
  }

  /**
   * 17: count 1 | roles 1 | country 2 | ids 1 | ids times node id 32. Asks for adverts: of these
   * nodes, or, when no id is given, of some nodes with one of the roles in that country.
   *
   * @param countMax of adverts in the answer, 1 to 255; who answers may have a lower limit
   * @param roles a bit for each; 0 is any
   * @param country two capital letters, or empty for any
   */
  record AdvertWanted(int countMax, int roles, String country, List<NodeId> ids)
      implements DiscoveryMessage {
    public static final int IDS_MAX = 16;

    public AdvertWanted {
      ids = List.copyOf(ids);
      if (countMax < 1 || countMax > 255 || roles < 0 || roles > 255) {
        throw new IllegalArgumentException("count and roles are bytes, the count above 0");
      }
      if (!isCountry(country) || ids.size() > IDS_MAX) {
        throw new IllegalArgumentException("a country has two letters, a question at most 16 ids");
      }
    }

    private static boolean isCountry(String text) {
      return text.isEmpty()
          || (text.length() == 2 && text.chars().allMatch(c -> c >= 'A' && c <= 'Z'));
    }
  }

  /** Type byte and fields. */
  default void putTo(ByteBuffer out) {
    switch (this) {
      case Advert(byte[] signed) -> out.put((byte) 16).putShort((short) signed.length).put(signed);
      case AdvertWanted(int count, int roles, String country, List<NodeId> ids) -> {
        byte[] letters = Arrays.copyOf(country.getBytes(StandardCharsets.US_ASCII), 2);
        out.put((byte) 17).put((byte) count).put((byte) roles).put(letters);
        out.put((byte) ids.size());
        ids.forEach(id -> out.put(id.toBytes()));
      }
    }
  }

  /** Reads what follows the type byte; null for what is no message of discovery. */
  static @Nullable DiscoveryMessage read(int type, ByteBuffer in) {
    return switch (type) {
      case 16 -> readAdvert(in);
      case 17 -> readWanted(in);
      default -> null;
    };
  }

  private static @Nullable DiscoveryMessage readAdvert(ByteBuffer in) {
    if (in.remaining() < 2) {
      return null;
    }
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.remaining() || length > BYTES_MAX - 3) {
      return null;
    }
    byte[] signed = new byte[length];
    in.get(signed);
    return new Advert(signed);
  }

  private static @Nullable DiscoveryMessage readWanted(ByteBuffer in) {
    if (in.remaining() < 5) {
      return null;
    }
    int count = Byte.toUnsignedInt(in.get());
    int roles = Byte.toUnsignedInt(in.get());
    byte[] letters = {in.get(), in.get()};
    int ids = Byte.toUnsignedInt(in.get());
    String country =
        letters[0] == 0 && letters[1] == 0 ? "" : new String(letters, StandardCharsets.ISO_8859_1);
    if (count == 0
        || ids > AdvertWanted.IDS_MAX
        || in.remaining() < ids * NodeId.BYTES
        || !AdvertWanted.isCountry(country)) {
      return null;
    }
    List<NodeId> wanted = new ArrayList<>();
    for (int i = 0; i < ids; i++) {
      byte[] id = new byte[NodeId.BYTES];
      in.get(id);
      wanted.add(NodeId.ofBytes(id));
    }
    return new AdvertWanted(count, roles, country, wanted);
  }
}
