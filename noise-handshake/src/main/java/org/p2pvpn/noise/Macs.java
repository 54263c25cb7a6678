package org.p2pvpn.noise;

import static org.p2pvpn.noise.HandshakeWire.MAC_BYTES;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.suite.Blake2s;

/**
 * mac1 of the datagrams made for one node: keyed BLAKE2s-128 over everything before it, under
 * BLAKE2s-256("p2pvpn mac1" || that node's static key). Public keys are public here, so a right
 * mac1 says "meant for this node and not damaged", never "from a friend".
 *
 * <p>Allocates once and is asked 20,000 times a second: not thread safe, one a thread.
 */
public final class Macs {
  private final Blake2s mac;
  private final byte[] expected = new byte[MAC_BYTES];
  private final byte[] given = new byte[MAC_BYTES];

  public Macs(byte[] receiverStaticKey) {
    this(receiverStaticKey, null);
  }

  /** In a private network its key is hashed in too: who lacks it says nothing that counts. */
  public Macs(byte[] receiverStaticKey, @Nullable NetworkKey network) {
    byte[] secret = network == null ? new byte[0] : network.derive("p2pvpn mac1 network 1");
    byte[] key = Blake2s.hash("p2pvpn mac1", receiverStaticKey, secret);
    this.mac = Blake2s.mac(key);
    Arrays.fill(key, (byte) 0);
    Arrays.fill(secret, (byte) 0);
  }

  /** Of a datagram of any type and version that ends in mac1 and mac2. */
  public boolean mac1Valid(byte[] datagram, int length) {
    int mac1At = length - 2 * MAC_BYTES;
    if (mac1At < 0 || length > datagram.length) {
      return false;
    }
    mac.update(datagram, 0, mac1At).finish(expected, 0);
    System.arraycopy(datagram, mac1At, given, 0, MAC_BYTES);
    return MessageDigest.isEqual(expected, given);
  }

  /** Fills in mac1 of a datagram that is complete up to it. */
  void writeMac1(byte[] datagram) {
    int mac1At = datagram.length - 2 * MAC_BYTES;
    mac.update(datagram, 0, mac1At).finish(datagram, mac1At);
  }

  /** Fills in mac2, over everything before it, under a cookie. */
  static void writeMac2(byte[] datagram, byte[] cookie) {
    int mac2At = datagram.length - MAC_BYTES;
    Blake2s.mac(cookie).update(datagram, 0, mac2At).finish(datagram, mac2At);
  }
}
