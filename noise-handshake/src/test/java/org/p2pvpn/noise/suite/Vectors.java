package org.p2pvpn.noise.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the published vectors; ORIGIN.md beside them says whose they are. */
final class Vectors {
  private Vectors() {}

  static String text(String file) {
    String path = "/org/p2pvpn/noise/vectors/" + file;
    try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String file) {
    return JsonMapper.builder().build().readTree(text(file));
  }

  /** Blocks of {@code name=value} lines with an empty line between them. */
  static List<Map<String, String>> blocks(String file) {
    List<Map<String, String>> blocks = new ArrayList<>();
    for (String block : text(file).split("\n\n", -1)) {
      Map<String, String> values = new LinkedHashMap<>();
      block
          .lines()
          .forEach(
              line -> {
                int equals = line.indexOf('=');
                values.put(line.substring(0, equals), line.substring(equals + 1));
              });
      blocks.add(values);
    }
    return blocks;
  }

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static byte[] hex(Map<String, String> block, String name) {
    return hex(Objects.requireNonNull(block.get(name), name));
  }

  static byte[] hex(JsonNode test, String name) {
    return hex(test.get(name).asString());
  }
}
