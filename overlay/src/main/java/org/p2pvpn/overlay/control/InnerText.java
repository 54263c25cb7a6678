package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.session.AddressGuard;

/** Inner addresses as people write them. */
public final class InnerText {
  private InnerText() {}

  /** IPv4 first; a family that was not given is left out. */
  public static List<String> of(AddressGuard.Pair pair) {
    List<String> texts = new ArrayList<>();
    if (pair.ipv4() != 0) {
      texts.add(text(ByteBuffer.allocate(4).putInt(pair.ipv4()).array()));
    }
    if (pair.ipv6High() != 0) {
      texts.add(
          text(ByteBuffer.allocate(16).putLong(pair.ipv6High()).putLong(pair.ipv6Low()).array()));
    }
    return texts;
  }

  private static String text(byte[] address) {
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
