package org.p2pvpn.noise;

import java.util.Arrays;

/** Alice, who asks, and Bob, who answers, with identities that are the same in every run. */
final class Pair {
  static final byte[] NO_TOKEN = new byte[HandshakeWire.TOKEN_BYTES];
  static final int ALICE_INDEX = 0x11223344;
  static final int BOB_INDEX = 0x55667788;
  static final long TIMESTAMP = 1_700_000_000_000_000_000L;

  static final Identity ALICE = identity(1);
  static final Identity BOB = identity(2);

  private Pair() {}

  static Identity identity(int number) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return Identity.ofSeed(seed);
  }

  static Initiator initiator(Suite suite) {
    return new Initiator(ALICE, suite, BOB.staticKey(), ALICE_INDEX, TIMESTAMP, NO_TOKEN, null);
  }

  static Responder.Opening open(byte[] datagram) {
    return Responder.open(BOB, datagram, datagram.length);
  }

  static Responder.Opened opened(byte[] datagram) {
    return switch (open(datagram)) {
      case Responder.Opened opened -> opened;
      case HandshakeVerdict verdict -> throw new AssertionError(verdict);
    };
  }

  static Initiator.Established established(Initiator initiator, byte[] response) {
    return switch (initiator.handle(response, response.length)) {
      case Initiator.Established established -> established;
      case Initiator.Refused refused -> throw new AssertionError(refused);
      case HandshakeVerdict verdict -> throw new AssertionError(verdict);
    };
  }
}
