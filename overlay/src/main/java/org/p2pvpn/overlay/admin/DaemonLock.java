package org.p2pvpn.overlay.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;

/**
 * One daemon for a state folder and a socket. The kernel drops the lock with the process, so a
 * {@code kill -9} leaves nothing to clean up. Taken before anything on the host is changed.
 */
public final class DaemonLock implements AutoCloseable {
  private static final String FILE = "daemon.lock";
  private static final int PID_CHARS_MAX = 20;

  private final @Nullable FileChannel file;

  private DaemonLock(@Nullable FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock, or says who has it.
   *
   * @throws ControlException when another daemon runs; nothing was changed
   */
  public static DaemonLock acquire(Path state, Path socket) {
    FileChannel file = open(state);
    if (file != null) {
      lock(file, state);
    }
    try {
      if (LiveSocket.answers(socket)) {
        throw new ControlException(
            1, "already running: another daemon answers on " + socket, "p2pvpn status");
      }
    } catch (ControlException e) {
      close(file);
      throw e;
    }
    return new DaemonLock(file);
  }

  /**
   * Null when the folder cannot be written: packets flow without it, and the socket still tells.
   */
  private static @Nullable FileChannel open(Path state) {
    try {
      if (!Files.isDirectory(state)) {
        Files.createDirectories(
            state,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      return FileChannel.open(
          state.resolve(FILE),
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE);
    } catch (IOException _) {
      return null;
    }
  }

  private static void lock(FileChannel file, Path state) {
    try {
      @Nullable FileLock lock = file.tryLock();
      if (lock != null) {
        file.truncate(0);
        String pid = ProcessHandle.current().pid() + "\n";
        file.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        return;
      }
    } catch (OverlappingFileLockException _) {
      // Held by this very process: as busy as any.
    } catch (IOException _) {
      // A full disk: the lock itself needs no space, only the pid is missing.
      return;
    }
    String pid = pid(file);
    close(file);
    throw new ControlException(
        1, "already running, pid " + pid + ", with state folder " + state, "p2pvpn status");
  }

  private static String pid(FileChannel file) {
    try {
      ByteBuffer text = ByteBuffer.allocate(PID_CHARS_MAX);
      file.read(text, 0);
      String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
      return pid.isEmpty() ? "unknown" : pid;
    } catch (IOException _) {
      return "unknown";
    }
  }

  private static void close(@Nullable FileChannel file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException _) {
      // The kernel drops the lock with the process at the latest.
    }
  }

  @Override
  public void close() {
    close(file);
  }
}
