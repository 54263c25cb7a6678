package org.p2pvpn.cli.underlay;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** An IP address of either family; IPv4 as IPv6 maps it (RFC 4291, section 2.5.5.2). */
record Address(long high, long low) {
  static final Address ANY = new Address(0, 0);

  private static final long MAPPED = 0xffffL << 32;
  private static final long INT = 0xffffffffL;

  static Address ipv4(int address) {
    return new Address(0, MAPPED | (address & INT));
  }

  /** A literal; never a name. */
  static Address of(String literal) {
    InetAddress address = InetAddress.ofLiteral(literal);
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? ipv4(bytes.getInt())
        : new Address(bytes.getLong(), bytes.getLong());
  }

  boolean isIpv4() {
    return high == 0 && low >>> 32 == 0xffff;
  }

  int asIpv4() {
    return (int) low;
  }

  /** As {@code ip} reads it. */
  String literal() {
    ByteBuffer bytes = ByteBuffer.allocate(isIpv4() ? 4 : 16);
    if (isIpv4()) {
      bytes.putInt(asIpv4());
    } else {
      bytes.putLong(high).putLong(low);
    }
    try {
      return InetAddress.getByAddress(bytes.array()).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
