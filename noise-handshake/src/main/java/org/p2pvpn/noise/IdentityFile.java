package org.p2pvpn.noise;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The seed on disk: 16 bytes "p2pvpn identity\n", the seed of 32, SHA-256 of those 48.
 *
 * <p>A node's identity is its reputation, so a file that is there and not right is an error for the
 * operator and never replaced. A new one is written whole beside its name and then linked to it:
 * the name appears complete or not at all, a second daemon that starts at the same moment reads the
 * first one's, and nothing that is there is overwritten.
 */
final class IdentityFile {
  private static final byte[] MAGIC = "p2pvpn identity\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM_AT = MAGIC.length + Identity.SEED_BYTES;
  static final int FILE_BYTES = CHECKSUM_AT + 32;

  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private IdentityFile() {}

  /** The caller erases the seed. */
  static byte[] loadOrCreate(Path file) throws IdentityException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      create(file);
    }
    return load(file);
  }

  private static void create(Path file) throws IdentityException {
    SecureRandom random = new SecureRandom();
    byte[] seed = new byte[Identity.SEED_BYTES];
    random.nextBytes(seed);
    byte[] content = encode(seed);
    Arrays.fill(seed, (byte) 0);
    Path fresh =
        file.resolveSibling(file.getFileName() + "." + Long.toHexString(random.nextLong()));
    try {
      writeNew(fresh, content);
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException _) {
      return; // another daemon was faster: its identity is the one
    } catch (IOException | UnsupportedOperationException e) {
      throw new IdentityException(
          file,
          "cannot create: " + reason(e),
          "its folder must exist and be writable for this user, see P2PVPN_STATE",
          e);
    } finally {
      Arrays.fill(content, (byte) 0);
      deleteQuietly(fresh);
    }
  }

  private static void writeNew(Path file, byte[] content) throws IOException {
    Set<StandardOpenOption> createOnly =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, createOnly, OWNER_ONLY)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static byte[] load(Path file) throws IdentityException {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      check(file, attributes);
      byte[] content = read(file);
      try {
        return decode(file, content);
      } finally {
        Arrays.fill(content, (byte) 0);
      }
    } catch (NoSuchFileException e) {
      throw new IdentityException(file, "vanished while it was read", "start again", e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new IdentityException(
          file, "cannot read: " + reason(e), "it must be readable for this user", e);
    }
  }

  private static void check(Path file, PosixFileAttributes attributes)
      throws IdentityException, IOException {
    if (attributes.isSymbolicLink()) {
      throw new IdentityException(
          file, "is a symbolic link", "put the file itself there, or set P2PVPN_STATE");
    }
    if (!attributes.isRegularFile()) {
      throw new IdentityException(file, "is not a regular file", "move it away");
    }
    Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
    open.retainAll(attributes.permissions());
    if (!open.isEmpty()) {
      throw new IdentityException(
          file,
          "is accessible to others ("
              + PosixFilePermissions.toString(attributes.permissions())
              + ")",
          "if nobody has read it: chmod 600 " + file);
    }
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(self)) {
      throw new IdentityException(
          file, "belongs to user " + owner + ", not to " + self, "chown " + self + " " + file);
    }
    if (attributes.size() != FILE_BYTES) {
      throw corrupt(file, "has " + attributes.size() + " bytes instead of " + FILE_BYTES);
    }
  }

  private static byte[] read(Path file) throws IOException {
    Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    ByteBuffer content = ByteBuffer.allocate(FILE_BYTES);
    try (var channel = Files.newByteChannel(file, options)) {
      while (content.hasRemaining() && channel.read(content) >= 0) {
        // until it is full or the file ends; what is missing fails the checksum
      }
    }
    return content.array();
  }

  static byte[] encode(byte[] seed) {
    byte[] content = new byte[FILE_BYTES];
    System.arraycopy(MAGIC, 0, content, 0, MAGIC.length);
    System.arraycopy(seed, 0, content, MAGIC.length, seed.length);
    System.arraycopy(checksum(content), 0, content, CHECKSUM_AT, FILE_BYTES - CHECKSUM_AT);
    return content;
  }

  /** The seed in a file's content. */
  static byte[] decode(Path file, byte[] content) throws IdentityException {
    if (content.length != FILE_BYTES) {
      throw corrupt(file, "has " + content.length + " bytes instead of " + FILE_BYTES);
    }
    if (!Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw corrupt(file, "is not an identity file");
    }
    byte[] stored = Arrays.copyOfRange(content, CHECKSUM_AT, FILE_BYTES);
    if (!MessageDigest.isEqual(stored, checksum(content))) {
      throw corrupt(file, "is damaged: its checksum is wrong");
    }
    return Arrays.copyOfRange(content, MAGIC.length, CHECKSUM_AT);
  }

  private static byte[] checksum(byte[] content) {
    byte[] covered = Arrays.copyOf(content, CHECKSUM_AT);
    try {
      return Identity.sha256(covered);
    } finally {
      Arrays.fill(covered, (byte) 0);
    }
  }

  private static IdentityException corrupt(Path file, String cause) {
    return new IdentityException(
        file, cause, "restore it from a backup, or move it away to become a new node");
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // a stray copy that only the owner can read
    }
  }
}
