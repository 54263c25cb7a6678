package org.p2pvpn.tun.linux;

import com.sun.jna.Native;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.p2pvpn.tun.TunException;

/**
 * Another network namespace of this machine. A descriptor belongs to the namespace it was opened
 * in: a TUN device opened here is there, while its packets are read and written by any thread, and
 * it goes when this process does, however it ends.
 */
public final class NetworkNamespace {
  // fcntl.h and linux/sched.h
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;
  private static final int CLONE_NEWNET = 0x40000000;

  private NetworkNamespace() {}

  /**
   * Runs a task inside, on a thread that has no other purpose: a thread that changed its namespace
   * is never used again.
   *
   * @param namespace for example {@code /run/netns/alice}
   * @throws TunException when it cannot be entered; the task was not run then
   */
  public static <T> T inside(Path namespace, Supplier<T> task) {
    FutureTask<T> entered =
        new FutureTask<>(
            () -> {
              enter(namespace);
              return task.get();
            });
    Thread.ofPlatform().daemon().name("in " + namespace.getFileName()).start(entered);
    try {
      return entered.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TunException(namespace + ": interrupted while entering it", 0);
    }
  }

  private static void enter(Path namespace) {
    int fd = LibC.open(namespace.toString(), O_RDONLY | O_CLOEXEC);
    int errno = fd < 0 ? Native.getLastError() : 0;
    if (errno == 0) {
      errno = LibC.setns(fd, CLONE_NEWNET) < 0 ? Native.getLastError() : 0;
      LibC.close(fd);
    }
    if (errno != 0) {
      throw new TunException(
          namespace
              + ": cannot enter this namespace: "
              + Errno.describe(errno)
              + "; needs CAP_SYS_ADMIN and a namespace of `ip netns add`",
          errno);
    }
  }
}
