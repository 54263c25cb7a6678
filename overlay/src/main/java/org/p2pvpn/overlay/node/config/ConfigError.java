package org.p2pvpn.overlay.node.config;

/**
 * One thing wrong with the settings.
 *
 * @param where {@code path:line:column}, an environment variable or a flag
 * @param key dotted, or empty when the file as such is wrong
 * @param line from 1, 0 outside of files
 * @param column from 1, 0 outside of files
 */
public record ConfigError(String where, String key, int line, int column, String message) {
  @Override
  public String toString() {
    return key.isEmpty() ? where + ": " + message : where + ": " + key + ": " + message;
  }
}
