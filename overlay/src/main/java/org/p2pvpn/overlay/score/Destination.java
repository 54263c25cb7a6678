package org.p2pvpn.overlay.score;

import org.jspecify.annotations.Nullable;

/**
 * What is known of where the traffic goes.
 *
 * @param ipv4 the exit must carry IPv4
 * @param ipv6 the exit must carry IPv6
 * @param prefix null when it goes anywhere
 * @param port 0 when unknown
 */
public record Destination(
    boolean ipv4, boolean ipv6, @Nullable IpPrefix prefix, Protocol protocol, int port) {
  /** A host's whole traffic, where IPv6 is welcome and not needed. */
  public static final Destination ANYWHERE = new Destination(true, false, null, Protocol.ANY, 0);

  /** Of IP, as far as policies care. */
  public enum Protocol {
    ANY,
    TCP,
    UDP,
    ICMP
  }

  public Destination {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port %d: expected 0-65535".formatted(port));
    }
  }

  public static Destination to(IpPrefix prefix, Protocol protocol, int port) {
    return new Destination(!prefix.ipv6(), prefix.ipv6(), prefix, protocol, port);
  }

  /** For people: {@code tcp port 25 at 203.0.113.0/24}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (protocol != Protocol.ANY) {
      text.append(protocol.name().toLowerCase(java.util.Locale.ROOT));
    }
    if (port != 0) {
      text.append(text.isEmpty() ? "" : " ").append("port ").append(port);
    }
    if (prefix != null) {
      text.append(text.isEmpty() ? "" : " at ").append(prefix);
    }
    return text.isEmpty() ? "anywhere" : text.toString();
  }
}
