package org.p2pvpn.overlay.discovery.lan;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.NetworkKey;

/** Identities, a link and beacons to try. */
final class Nodes {
  static final InetAddress ALICE_AT = InetAddress.ofLiteral("192.0.2.1");
  static final InetAddress BOB_AT = InetAddress.ofLiteral("192.0.2.2");
  static final LanLink LINK =
      new LanLink(
          "eth0",
          7,
          List.of(
              new LanLink.Address(InetAddress.ofLiteral("192.0.2.9"), 24),
              new LanLink.Address(InetAddress.ofLiteral("fe80::9"), 64)));

  private Nodes() {}

  static Identity identity(int number) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return Identity.ofSeed(seed);
  }

  static NetworkKey network(int number) {
    byte[] key = new byte[NetworkKey.BYTES];
    Arrays.fill(key, (byte) number);
    return NetworkKey.parse(java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(key));
  }

  static BeaconWriter writer(Identity identity, @Nullable NetworkKey network, boolean toAll) {
    return new BeaconWriter(identity, "alice", network, toAll, new Random(1));
  }
}
