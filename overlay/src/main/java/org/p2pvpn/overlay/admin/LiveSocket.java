package org.p2pvpn.overlay.admin;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.p2pvpn.overlay.control.ControlException;

/** Tells the socket of a living daemon from what a dead one left. */
final class LiveSocket {
  private LiveSocket() {}

  static boolean answers(Path socket) {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Removes the socket of a dead daemon; anything else at its place is an error. */
  static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Object mode = Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    // S_IFMT and S_IFSOCK of stat(2).
    if (((Integer) mode & 0170000) != 0140000) {
      throw new IOException("something that is no socket is in its place");
    }
    if (answers(socket)) {
      throw new ControlException(
          1, "already running: another daemon answers on " + socket, "p2pvpn status");
    }
    Files.delete(socket);
  }
}
