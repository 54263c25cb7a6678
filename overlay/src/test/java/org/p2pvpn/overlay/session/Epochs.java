package org.p2pvpn.overlay.session;

import java.util.Arrays;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.Suite;

/** Both ends of an epoch without a handshake, at a time that tests choose. */
public final class Epochs {
  private Epochs() {}

  /** The initiator's and the responder's end. */
  public record Pair(Epoch initiator, Epoch responder) {}

  public static Pair pair(Suite suite, long nowNanos) {
    return pair(suite, session(1), 0x1001, session(2), 0x2002, nowNanos);
  }

  public static Pair pair(
      Suite suite, Session left, int leftIndex, Session right, int rightIndex, long nowNanos) {
    return new Pair(
        new Epoch(left, keys(suite, 1, 2), leftIndex, rightIndex, true, 1, nowNanos),
        new Epoch(right, keys(suite, 2, 1), rightIndex, leftIndex, false, 1, nowNanos));
  }

  public static Session session(int peerIndex) {
    AddressGuard none =
        new AddressGuard(
            AddressGuard.Pair.NONE,
            AddressGuard.Pair.NONE,
            AddressGuard.Pair.NONE,
            AddressGuard.Pair.NONE);
    return new Session(peerIndex, none, null, 0);
  }

  public static EpochKeys keys(Suite suite, int send, int receive) {
    return new EpochKeys(suite, key(send), key(receive));
  }

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }
}
