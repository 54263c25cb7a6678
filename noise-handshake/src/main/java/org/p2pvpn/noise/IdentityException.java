package org.p2pvpn.noise;

import java.nio.file.Path;

/** The identity file cannot be used. Names the file, the cause and the way out. */
public final class IdentityException extends Exception {
  private static final long serialVersionUID = 1L;

  IdentityException(Path file, String cause, String wayOut) {
    super(file + ": " + cause + "; " + wayOut);
  }

  IdentityException(Path file, String cause, String wayOut, Throwable reason) {
    super(file + ": " + cause + "; " + wayOut, reason);
  }
}
