package org.p2pvpn.cli;

/** One check of {@code p2pvpn doctor}. Changes nothing and answers within seconds. */
public interface DoctorProbe {
  String name();

  Finding probe();

  /** How bad it is. */
  enum Level {
    OK,
    WARNING,
    MISSING
  }

  /**
   * What a probe found.
   *
   * @param fix the command or step that mends it, or empty
   */
  record Finding(Level level, String sentence, String fix) {
    public static Finding ok(String sentence) {
      return new Finding(Level.OK, sentence, "");
    }
  }
}
