package org.p2pvpn.overlay.discovery.advert;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.identity.NodeId;

/** Nodes by number and what they say, for the tests of this package. */
final class Sample {
  static final long NOW = 1_800_000_000;
  static final Moment MOMENT = new Moment(NOW, 0);

  private Sample() {}

  static AdvertSigner signer(int node) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    seed[0] = (byte) node;
    seed[1] = (byte) (node >> 8);
    return new AdvertSigner(Identity.ofSeed(seed));
  }

  static NodeId id(int node) {
    return signer(node).keys().id();
  }

  static Claims relay(String... endpoints) {
    return claims(Set.of(Role.RELAY), endpoints);
  }

  static Claims claims(Set<Role> roles, String... endpoints) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String endpoint : endpoints) {
      addresses.add(new InetSocketAddress(InetAddress.ofLiteral(endpoint), 28790));
    }
    return new Claims(
        addresses,
        roles,
        Place.UNSAID,
        Capacity.UNSAID,
        new Protocols(List.of(1), List.of(1, 2), "p2pvpn 0.1.0"),
        roles.contains(Role.EXIT) ? new ExitSummary(true, true, List.of(), List.of()) : null,
        null,
        "",
        0);
  }

  /** The largest of everything. */
  static Claims fullest() {
    List<InetSocketAddress> endpoints =
        IntStream.range(0, AdvertLimits.ENDPOINTS_MAX)
            .mapToObj(i -> new InetSocketAddress(InetAddress.ofLiteral("2a01:db8::ff" + i), 65535))
            .toList();
    return new Claims(
        endpoints,
        Set.of(Role.RELAY, Role.EXIT),
        new Place("SE", "AB1", "x".repeat(AdvertLimits.CITY_BYTES_MAX), 0xFFFF_FFFFL),
        new Capacity(Long.MAX_VALUE, Long.MAX_VALUE, 100),
        new Protocols(
            List.of(255, 254, 253, 252),
            List.of(255, 254, 253, 252, 251, 250, 249, 248),
            "y".repeat(AdvertLimits.SOFTWARE_BYTES_MAX)),
        new ExitSummary(
            true,
            true,
            IntStream.range(0, AdvertLimits.DENIED_PORT_RANGES_MAX)
                .mapToObj(i -> new ExitSummary.PortRange(60_000 + i, 65_000 + i))
                .toList(),
            IntStream.range(0, AdvertLimits.ALLOWED_PREFIXES_MAX)
                .mapToObj(i -> new ExitSummary.Prefix(InetAddress.ofLiteral("2a01::" + i), 128))
                .toList()),
        new Coordinate(
            IntStream.range(0, AdvertLimits.DIMENSIONS_MAX)
                .mapToObj(i -> -AdvertLimits.MICROS_MAX + i)
                .toList(),
            AdvertLimits.MICROS_MAX,
            1000),
        "z".repeat(AdvertLimits.OPERATOR_BYTES_MAX),
        -1);
  }

  static Validity validity(long sequence) {
    return new Validity(sequence, NOW - 60, NOW + 600);
  }

  /** A relay's in a prefix of its own, {@code 20.X.Y.1}. */
  static SignedAdvert advert(int node, long sequence) {
    return advert(node, sequence, "20." + (node >> 8) + "." + (node & 255) + ".1");
  }

  static SignedAdvert advert(int node, long sequence, String... endpoints) {
    return signer(node).sign(relay(endpoints), validity(sequence));
  }
}
