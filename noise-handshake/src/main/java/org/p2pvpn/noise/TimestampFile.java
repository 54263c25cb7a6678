package org.p2pvpn.noise;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.TimestampStore.PeerKey;

/**
 * The timestamps on disk, big endian: "p2pvpn times 1\n\n" 16 | reserved 8 | count 4 | count times
 * (static key 32, greatest 8), least recently heard first | SHA-256 of all that.
 *
 * <p>Replaced whole by a rename. Not synced: that can stall the handshake thread for 20 ms, and a
 * power cut that empties the file is found by the checksum.
 */
final class TimestampFile {
  private static final byte[] MAGIC = "p2pvpn times 1\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int COUNT_AT = MAGIC.length + Long.BYTES;
  private static final int ENTRIES_AT = COUNT_AT + Integer.BYTES;
  private static final int ENTRY_BYTES = 32 + Long.BYTES;
  private static final int CHECKSUM_BYTES = 32;
  private static final int FILE_BYTES_MAX =
      ENTRIES_AT + TimestampStore.PEERS_MAX * ENTRY_BYTES + CHECKSUM_BYTES;

  record Content(long reserved, Map<PeerKey, Long> greatest) {
    static final Content EMPTY = new Content(0, Map.of());
  }

  private TimestampFile() {}

  /** What the file holds; nothing when there is none or it is damaged. */
  static Content load(Path file, Consumer<String> trouble) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        return setAside(file, trouble);
      }
      Content content = decode(Files.readAllBytes(file));
      return content != null ? content : setAside(file, trouble);
    } catch (NoSuchFileException _) {
      return Content.EMPTY;
    } catch (IOException e) {
      trouble.accept(
          file
              + ": cannot read: "
              + reason(e)
              + "; going on without the timestamps of the last run");
      return Content.EMPTY;
    }
  }

  private static Content setAside(Path file, Consumer<String> trouble) {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      trouble.accept(file + ": is damaged; kept as " + aside + ", going on without it");
    } catch (IOException e) {
      trouble.accept(file + ": is damaged and cannot be moved: " + reason(e));
    }
    return Content.EMPTY;
  }

  static void save(Path file, Content content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Set<OpenOption> replace =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    // for the owner only: it names the peers
    try (SeekableByteChannel channel =
        Files.newByteChannel(fresh, replace, IdentityFile.OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(encode(content));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static byte[] encode(Content content) {
    int checksumAt = ENTRIES_AT + content.greatest.size() * ENTRY_BYTES;
    ByteBuffer out = ByteBuffer.allocate(checksumAt + CHECKSUM_BYTES);
    out.put(MAGIC).putLong(content.reserved).putInt(content.greatest.size());
    content.greatest.forEach(
        (key, greatest) ->
            out.putLong(key.a())
                .putLong(key.b())
                .putLong(key.c())
                .putLong(key.d())
                .putLong(greatest));
    return out.put(Identity.sha256(Arrays.copyOf(out.array(), checksumAt))).array();
  }

  /** Null when the bytes are not what {@link #encode} made. */
  static @Nullable Content decode(byte[] bytes) {
    int checksumAt = bytes.length - CHECKSUM_BYTES;
    if (checksumAt < ENTRIES_AT
        || (checksumAt - ENTRIES_AT) % ENTRY_BYTES != 0
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return null;
    }
    int count = (checksumAt - ENTRIES_AT) / ENTRY_BYTES;
    byte[] checksum = Arrays.copyOfRange(bytes, checksumAt, bytes.length);
    if (count != HandshakeWire.getInt(bytes, COUNT_AT)
        || !MessageDigest.isEqual(checksum, Identity.sha256(Arrays.copyOf(bytes, checksumAt)))) {
      return null;
    }
    Map<PeerKey, Long> greatest = new LinkedHashMap<>();
    for (int at = ENTRIES_AT; at < checksumAt; at += ENTRY_BYTES) {
      greatest.put(PeerKey.of(bytes, at), HandshakeWire.getLong(bytes, at + 32));
    }
    return new Content(HandshakeWire.getLong(bytes, MAGIC.length), greatest);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + " (" + e.getMessage() + ")";
  }
}
