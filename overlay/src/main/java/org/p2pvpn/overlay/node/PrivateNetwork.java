package org.p2pvpn.overlay.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.identity.NodeAddress;

/**
 * The key of the private network that a node is in, if it is in one: from the config, an invite, or
 * what an earlier run kept. A node is in one network only; two are a mistake to be told.
 */
final class PrivateNetwork {

  private PrivateNetwork() {}

  /**
   * The key, kept for the next start, or null.
   *
   * @throws ControlException when the sources do not agree, or the file cannot be read or written
   */
  static @Nullable NetworkKey of(NodeConfig config, StageListener stages) {
    Path file = config.statePath().resolve("network");
    NetworkKey kept = read(file);
    NetworkKey key = agreed(config.network().key(), kept, file);
    for (NodeConfig.Peer peer : config.peers()) {
      key = agreed(key, NodeAddress.parse(peer.address()).network().key(), file);
    }
    if (key == null && config.network().make()) {
      key = NetworkKey.random(new SecureRandom());
    }
    if (key != null && kept == null) {
      write(file, key);
    }
    if (key != null) {
      stages.stage("network", "private: only nodes with its key are heard");
    }
    return key;
  }

  private static @Nullable NetworkKey agreed(
      @Nullable NetworkKey one, @Nullable NetworkKey other, Path file) {
    if (one != null && other != null && !one.equals(other)) {
      throw new ControlException(
          ControlException.BAD_CONFIG,
          "network_key: this node would be in two private networks: the config, an invite and "
              + file
              + " do not name the same one",
          "p2pvpn config show; to leave the old one: p2pvpn down && rm " + file);
    }
    return one == null ? other : one;
  }

  private static @Nullable NetworkKey read(Path file) {
    try {
      return NetworkKey.parse(Files.readString(file).strip());
    } catch (NoSuchFileException _) {
      return null;
    } catch (IOException | IllegalArgumentException e) {
      // Without the key this node would be open to everybody: better not to start.
      throw new ControlException(
          1, file + ": cannot be read as a network key: " + e.getMessage(), "ls -l " + file);
    }
  }

  private static void write(Path file, NetworkKey key) {
    Path fresh = file.resolveSibling("network.new");
    try {
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, key.reveal() + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ControlException(
          1, file + ": cannot be written, and the next start would be in no network: " + e, "df");
    }
  }
}
