package org.p2pvpn.overlay.discovery.advert;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.KnownAdvert.Witness;
import org.p2pvpn.overlay.identity.NodeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The book on disk, big endian: "p2pvpn adverts1\n" 16 | count 4 | count times (node id 32, highest
 * sequence 8, until 8) | count 4 | count times (witness 1, heard 8, length 2, signed advert) |
 * SHA-256 of all that.
 *
 * <p>Replaced whole by a rename and readable by its owner only. A torn, foreign or missing file
 * costs what it held, never the start. Signatures were verified before they were written and are
 * not again: who can write here has the identity as well.
 */
public final class AdvertFile {
  private static final Logger LOG = LoggerFactory.getLogger(AdvertFile.class);
  private static final byte[] MAGIC = "p2pvpn adverts1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FLOOR_BYTES = NodeId.BYTES + 8 + 8;
  private static final int ADVERT_HEADER_BYTES = 1 + 8 + 2;
  private static final int CHECKSUM_BYTES = 32;
  private static final int FILE_BYTES_MAX =
      MAGIC.length
          + 8
          // Our own sequence is kept beside the others'.
          + (SequenceFloors.FLOORS_MAX + 1) * FLOOR_BYTES
          + AdvertBook.ADVERTS_MAX * (ADVERT_HEADER_BYTES + AdvertLimits.SIGNED_BYTES_MAX)
          + CHECKSUM_BYTES;

  /** Immutable, so that another thread may write it. */
  public record Content(Map<NodeId, SequenceFloors.Floor> floors, List<KnownAdvert> adverts) {
    static final Content EMPTY = new Content(Map.of(), List.of());

    /** Adverts without the highest sequences, which another file has. */
    public static Content of(List<KnownAdvert> adverts) {
      return new Content(Map.of(), adverts);
    }
  }

  private AdvertFile() {}

  /** What the file holds; nothing when there is none or it is not one of ours. */
  public static Content load(Path file) {
    try {
      Content content = Files.size(file) > FILE_BYTES_MAX ? null : decode(Files.readAllBytes(file));
      if (content != null) {
        return content;
      }
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn("{}: is damaged; kept as {}, going on without it", file, aside);
    } catch (NoSuchFileException _) {
      // The first start.
    } catch (IOException e) {
      LOG.warn("{}: cannot read, going on without it: {}", file, e.toString());
    }
    return Content.EMPTY;
  }

  /** Replaces the file or leaves it as it was; a full disk is said and stops nothing. */
  public static void save(Path file, Content content) {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(next, encode(content));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{}: cannot write, adverts are kept in memory only: {}", file, e.toString());
    }
  }

  static byte[] encode(Content content) {
    int advertBytes =
        content.adverts.stream()
            .mapToInt(one -> ADVERT_HEADER_BYTES + one.signed().sizeBytes())
            .sum();
    int checksumAt = MAGIC.length + 8 + content.floors.size() * FLOOR_BYTES + advertBytes;
    ByteBuffer out = ByteBuffer.allocate(checksumAt + CHECKSUM_BYTES);
    out.put(MAGIC).putInt(content.floors.size());
    content.floors.forEach(
        (id, floor) ->
            out.put(id.toBytes()).putLong(floor.sequence()).putLong(floor.untilSeconds()));
    out.putInt(content.adverts.size());
    for (KnownAdvert one : content.adverts) {
      out.put((byte) (one.isHearsay() ? 1 : 0))
          .putLong(one.heardSeconds())
          .putShort((short) one.signed().sizeBytes())
          .put(one.signed().toBytes());
    }
    return out.put(sha256(Arrays.copyOf(out.array(), checksumAt))).array();
  }

  /** Null when the bytes are not what {@link #encode} made. */
  static @Nullable Content decode(byte[] bytes) {
    int checksumAt = bytes.length - CHECKSUM_BYTES;
    if (checksumAt < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || !MessageDigest.isEqual(
            Arrays.copyOfRange(bytes, checksumAt, bytes.length),
            sha256(Arrays.copyOf(bytes, checksumAt)))) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, checksumAt - MAGIC.length);
    try {
      Content content = new Content(floors(in), adverts(in));
      return in.hasRemaining() ? null : content;
    } catch (BufferUnderflowException _) {
      return null;
    }
  }

  private static Map<NodeId, SequenceFloors.Floor> floors(ByteBuffer in) {
    Map<NodeId, SequenceFloors.Floor> floors = new LinkedHashMap<>();
    for (int left = in.getInt(); left > 0; left--) {
      byte[] id = new byte[NodeId.BYTES];
      in.get(id);
      floors.put(NodeId.ofBytes(id), new SequenceFloors.Floor(in.getLong(), in.getLong()));
    }
    return floors;
  }

  private static List<KnownAdvert> adverts(ByteBuffer in) {
    List<KnownAdvert> adverts = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      Witness witness = in.get() == 0 ? Witness.ITSELF : Witness.OTHER;
      long heardSeconds = in.getLong();
      byte[] signed = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(signed);
      Advert advert = AdvertCheck.read(signed);
      // Null when an older version of ours took what this one does not.
      if (advert != null) {
        adverts.add(new KnownAdvert(SignedAdvert.ofBytes(signed), advert, witness, heardSeconds));
      }
    }
    return adverts;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
