package org.p2pvpn.overlay.node.config;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used; every error there is, a line each. Nothing was changed. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int EXIT_USAGE = 2;
  private static final int EXIT_CONFIG = 78;

  private final transient List<ConfigError> errors;
  private final int exitCode;

  ConfigException(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
    boolean onlyFlags = errors.stream().allMatch(error -> error.where().startsWith("--"));
    this.exitCode = onlyFlags ? EXIT_USAGE : EXIT_CONFIG;
  }

  public List<ConfigError> errors() {
    return errors;
  }

  /** 78, or 2 when nothing but the command line is wrong. */
  public int exitCode() {
    return exitCode;
  }
}
