package org.p2pvpn.overlay.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The names under which addresses are asked for (RFC 1035, 3.5; RFC 3596, 2.5). */
final class ReverseName {
  private static final String IPV4 = ".in-addr.arpa";
  private static final String IPV6 = ".ip6.arpa";

  private ReverseName() {}

  /** Null for anything else; {@code name} in lower case, without the last dot. */
  static @Nullable InetAddress read(String name) {
    byte[] bytes =
        name.endsWith(IPV4)
            ? ipv4(name.substring(0, name.length() - IPV4.length()).split("\\.", -1))
            : name.endsWith(IPV6)
                ? ipv6(name.substring(0, name.length() - IPV6.length()).split("\\.", -1))
                : null;
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  private static byte @Nullable [] ipv4(String[] labels) {
    if (labels.length != 4) {
      return null;
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      String label = labels[3 - i];
      if (!label.matches("[0-9]{1,3}") || Integer.parseInt(label) > 255) {
        return null;
      }
      bytes[i] = (byte) Integer.parseInt(label);
    }
    return bytes;
  }

  private static byte @Nullable [] ipv6(String[] labels) {
    if (labels.length != 32) {
      return null;
    }
    byte[] bytes = new byte[16];
    for (int i = 0; i < 32; i++) {
      String label = labels[31 - i];
      int digit = label.length() == 1 ? Character.digit(label.charAt(0), 16) : -1;
      if (digit < 0) {
        return null;
      }
      bytes[i / 2] |= (byte) (digit << (i % 2 == 0 ? 4 : 0));
    }
    return bytes;
  }
}
