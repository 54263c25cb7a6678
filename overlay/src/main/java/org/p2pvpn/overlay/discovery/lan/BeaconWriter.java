package org.p2pvpn.overlay.discovery.lan;

import java.net.InetAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;

/** Makes this node's own beacons, each with a nonce of its own; does not own the identity. */
public final class BeaconWriter {
  private final Identity identity;
  private final NodeKeys keys;
  private final String name;
  private final Beacon.Form form;
  private final byte[] secret;
  private final RandomGenerator random;

  /**
   * What all of them have in common.
   *
   * @param toAll whether strangers of the link are to know us; a private network has none
   */
  public BeaconWriter(
      Identity identity,
      String name,
      @Nullable NetworkKey network,
      boolean toAll,
      RandomGenerator random) {
    this.identity = identity;
    this.name = name;
    this.random = random;
    keys = new NodeKeys(identity.signingKey(), identity.staticKey());
    form =
        network != null
            ? Beacon.Form.TO_NETWORK
            : toAll ? Beacon.Form.TO_ALL : Beacon.Form.TO_PEERS;
    secret = network == null ? keys.signing() : BeaconCheck.secret(network);
  }

  /** A datagram for one of our addresses. */
  public byte[] write(long sequence, int port, InetAddress from) {
    byte[] nonce = new byte[BeaconCodec.NONCE_BYTES];
    random.nextBytes(nonce);
    Beacon beacon = new Beacon(sequence, port, keys, name);
    return BeaconCodec.write(beacon, form, secret, nonce, from.getAddress(), identity);
  }
}
