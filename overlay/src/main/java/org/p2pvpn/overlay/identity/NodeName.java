package org.p2pvpn.overlay.identity;

import java.util.regex.Pattern;

/** What a node may be called: a DNS label's characters, so that names can become host names. */
public final class NodeName {
  public static final String EXPECTED =
      "1 to 63 letters, digits or \"-\", first and last not \"-\"";

  private static final Pattern SYNTAX =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  private NodeName() {}

  public static boolean isValid(String name) {
    return SYNTAX.matcher(name).matches();
  }
}
