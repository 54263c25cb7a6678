package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Small files of ours in the state folder, replaced whole. */
final class StateFile {
  private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

  private StateFile() {}

  /**
   * Replaces the file or leaves it as it was. A full disk or a read-only folder is said once a call
   * and stops nothing: what the file holds is a convenience of the next start.
   */
  static void replace(Path file, String content) {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{}: cannot write, kept in memory only: {}", file, e.toString());
    }
  }
}
