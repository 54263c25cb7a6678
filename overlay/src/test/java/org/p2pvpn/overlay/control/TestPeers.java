package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Epochs;

/** Peers from numbers, and sessions without handshakes. */
final class TestPeers {
  static final AddressGuard.Pair OWN = new AddressGuard.Pair(0xF000_0001, 0xFD70L << 48 | 1, 1);

  private TestPeers() {}

  static Identity identity(int number) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return Identity.ofSeed(seed);
  }

  static NodeAddress address(int number, @Nullable String name) {
    try (Identity identity = identity(number)) {
      List<HostPort> hosts = List.of(new HostPort("192.0.2." + number, 51_820));
      return new NodeAddress(identity.signingKey(), identity.staticKey(), hosts, null, name);
    }
  }

  static InetSocketAddress endpoint(int number) {
    return new InetSocketAddress("192.0.2." + number, 51_820);
  }

  static Peer add(PeerBook book, int number, @Nullable String name, Peer.Origin origin) {
    return book.add(address(number, name), null, origin, List.of(endpoint(number)), 0);
  }

  /** As after a handshake at this time. */
  static void connect(Peer peer, long nowNanos) {
    Epoch epoch =
        new Epoch(peer.session, Epochs.keys(Suite.AESGCM_SHA256, 1, 2), 1, 2, true, 1, nowNanos);
    peer.session.sendWith(epoch);
    peer.session.onReceived(0, nowNanos);
    peer.handshakeNanos = nowNanos;
  }
}
