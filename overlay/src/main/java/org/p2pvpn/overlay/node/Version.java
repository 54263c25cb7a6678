package org.p2pvpn.overlay.node;

/** What this build calls itself. */
public final class Version {
  public static final String TEXT = "0.1.0";

  private Version() {}
}
