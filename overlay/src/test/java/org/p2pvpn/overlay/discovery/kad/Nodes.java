package org.p2pvpn.overlay.discovery.kad;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.p2pvpn.overlay.discovery.advert.Advert;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.discovery.advert.Validity;

/** Nodes by number, for the tests of this package; their bytes are never read. */
final class Nodes {
  static final long NOW = 1_800_000_000;

  private Nodes() {}

  static Moment at(long seconds) {
    return new Moment(NOW + seconds, seconds * 1_000_000_000L);
  }

  /** In a /24 of its own. */
  static Contact node(int number) {
    return node(number, "20." + (number >> 8 & 255) + "." + (number & 255) + ".1", 1);
  }

  static Contact node(int number, String address, long sequence) {
    byte[] key = new byte[NodeKeys.KEY_BYTES];
    new Random(number).nextBytes(key);
    Claims claims =
        new Claims(
            List.of(new InetSocketAddress(InetAddress.ofLiteral(address), 28790)),
            Set.of(Role.RELAY),
            new Place("SE", "", "", 0),
            Capacity.UNSAID,
            new Protocols(List.of(1), List.of(1), "p2pvpn"),
            null,
            null,
            "",
            0);
    byte[] bytes = {(byte) (number >> 8), (byte) number, (byte) sequence};
    return new Contact(
        SignedAdvert.ofBytes(bytes),
        new Advert(new NodeKeys(key, key), new Validity(sequence, NOW, NOW + 900), claims));
  }
}
