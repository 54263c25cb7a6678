package org.p2pvpn.cli;

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

  private Exit() {}
}
