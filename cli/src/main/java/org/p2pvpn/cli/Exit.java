package org.p2pvpn.cli;

import java.util.List;
import java.util.Map;

/** The exit codes of README; 130 is the JVM's own answer to an interrupt. */
final class Exit {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int NOT_RUNNING = 3;
  static final int NOT_CONNECTED = 4;
  static final int DEGRADED = 5;
  static final int MISSING_REQUIREMENT = 69;
  static final int NEEDS_ROOT = 77;
  static final int BAD_CONFIG = 78;

  /** Code and meaning, as README and the manual have them. */
  static final List<Map.Entry<String, String>> MEANINGS =
      List.of(
          Map.entry("0", "ok"),
          Map.entry("1", "failure"),
          Map.entry("2", "wrong usage"),
          Map.entry("3", "not running"),
          Map.entry("4", "not connected"),
          Map.entry("5", "degraded"),
          Map.entry("69", "something is missing: Java, TUN, nft"),
          Map.entry("77", "needs root"),
          Map.entry("78", "bad configuration"),
          Map.entry("130, 143", "interrupted, terminated"));

  private Exit() {}
}
