package org.p2pvpn.overlay.node.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.node.NodeConfig;

/**
 * One file's settings, all acceptable by themselves.
 *
 * @param lines where each setting stands, from 1
 */
public record ConfigFile(
    Path path,
    Map<Setting, Object> values,
    Map<Setting, Integer> lines,
    List<NodeConfig.Peer> peers,
    List<Integer> peerLines,
    List<ConfigRoute> routes,
    Map<String, String> names) {
  public static final Path DEFAULT_PATH = Path.of("/etc/p2pvpn/p2pvpn.toml");

  /** Ours: a thousand peers need a quarter of it. */
  private static final long BYTES_MAX = 1 << 20;

  /** No file: every setting has its default. */
  static ConfigFile none(Path path) {
    return new ConfigFile(
        path,
        new EnumMap<>(Setting.class),
        new EnumMap<>(Setting.class),
        List.of(),
        List.of(),
        List.of(),
        Map.of());
  }

  /**
   * Reads a file.
   *
   * @param mustExist whether a missing file is an error: somebody named it
   * @throws ConfigException with every error of the file
   */
  public static ConfigFile read(Path path, boolean mustExist) {
    try {
      if (Files.exists(path) && Files.size(path) > BYTES_MAX) {
        throw unreadable(path, "larger than 1 MiB");
      }
      return parse(path, Files.readString(path));
    } catch (NoSuchFileException e) {
      if (!mustExist) {
        return none(path);
      }
      throw unreadable(path, "no such file");
    } catch (CharacterCodingException e) {
      throw unreadable(path, "not UTF-8 text");
    } catch (IOException e) {
      throw unreadable(path, "cannot be read: " + e);
    }
  }

  /** The text of a file; {@code path} is for messages. */
  public static ConfigFile parse(Path path, String text) {
    return new ConfigFileParser(path).parse(text);
  }

  private static ConfigException unreadable(Path path, String problem) {
    return new ConfigException(List.of(new ConfigError(path.toString(), "", 0, 0, problem)));
  }
}
