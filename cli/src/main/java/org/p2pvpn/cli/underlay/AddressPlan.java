package org.p2pvpn.cli.underlay;

/**
 * Addresses that look like the internet's, since an exit denies private ones to its clients: prefix
 * {@code p} is one IPv4 /16 and one IPv6 /32, as a provider has them. They exist only in the
 * namespaces, so it does not matter what this machine uses.
 *
 * @param prefix which /16 and /32
 * @param number of the host in it
 */
public record AddressPlan(int prefix, int number) {
  /** 45.0.0.0 to 60.255.0.0: nothing in between is reserved (IANA's IPv4 special registry). */
  private static final int PREFIXES = 16 * 256;

  private static final int FIRST_OCTET = 45;

  /** Ours: no octet of a host's is 0, 1 or 255. */
  private static final int PER_OCTET = 250;

  public AddressPlan {
    if (prefix < 0 || prefix >= PREFIXES || number < 0 || number >= PER_OCTET * PER_OCTET) {
      throw new IllegalArgumentException("no such place: prefix " + prefix + ", host " + number);
    }
  }

  public String ipv4() {
    return "%d.%d.%d.%d"
        .formatted(
            FIRST_OCTET + prefix / 256, prefix % 256, number / PER_OCTET, number % PER_OCTET + 2);
  }

  public String ipv6() {
    return "2a10:%x:%x::2".formatted(prefix, number + 1);
  }
}
