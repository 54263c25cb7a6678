package org.p2pvpn.overlay.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.identity.NetworkTerms;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work that a node's key must have cost in its network: from the config, an invite, or what an
 * earlier run was told. Who asks for less is not believed there, and who asks for more hears
 * nobody.
 */
final class NetworkPuzzle {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkPuzzle.class);

  private NetworkPuzzle() {}

  /**
   * In bits, kept for the next start.
   *
   * @throws ControlException when the config and the invites do not agree
   */
  static int bits(NodeConfig config) {
    Integer said = config.network().puzzleBits();
    for (NodeConfig.Peer peer : config.peers()) {
      Integer invited = invited(NodeAddress.parse(peer.address()));
      if (said != null && invited != null && !said.equals(invited)) {
        throw new ControlException(
            ControlException.BAD_CONFIG,
            "puzzle: a network has one, and here are two: %d and %d bits, of the config and the"
                    .formatted(said, invited)
                + " invites",
            "p2pvpn config show");
      }
      said = said == null ? invited : said;
    }
    Path file = config.statePath().resolve("puzzle-bits");
    Integer kept = read(file);
    if (said == null) {
      return kept == null ? WorkPuzzle.DEFAULT_BITS : kept;
    }
    if (!said.equals(kept)) {
      write(file, said);
    }
    return said;
  }

  /** An invite that says nothing is of a usual network; a line without a token may be anybody's. */
  private static @Nullable Integer invited(NodeAddress address) {
    Integer bits = address.network().puzzleBits();
    return bits == null && address.token() != null
        ? Integer.valueOf(WorkPuzzle.DEFAULT_BITS)
        : bits;
  }

  /** For an invite; who is not told takes the usual. */
  static @Nullable Integer told(int bits) {
    return bits == WorkPuzzle.DEFAULT_BITS ? null : bits;
  }

  private static @Nullable Integer read(Path file) {
    try {
      int bits = Integer.parseInt(Files.readString(file).strip());
      return new NetworkTerms(null, bits).puzzleBits();
    } catch (NoSuchFileException _) {
      return null;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{}: not read, the network is taken for a usual one: {}", file, e.toString());
      return null;
    }
  }

  private static void write(Path file, int bits) {
    Path fresh = file.resolveSibling("puzzle-bits.new");
    try {
      Files.writeString(fresh, bits + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("{}: not written, tell the next start again: {}", file, e.toString());
    }
  }
}
