package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CookieTest {
  private static final byte[] ADDRESS = {(byte) 198, 51, 100, 7};
  private static final int PORT = 51820;
  private static final long START_NANOS = -5_000_000_000L; // nanoTime may be negative

  private final CookieIssuer issuer =
      new CookieIssuer(Pair.BOB.staticKey(), new SecureRandom(), START_NANOS);

  private static Initiator withCookie(byte[] cookie) {
    return new Initiator(
        Pair.ALICE,
        Suite.AESGCM_SHA256,
        Pair.BOB.staticKey(),
        Pair.ALICE_INDEX,
        Pair.TIMESTAMP + 1,
        Pair.NO_TOKEN,
        cookie);
  }

  private byte[] cookieAt(long nowNanos) {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] initiation = alice.initiation();
      byte[] reply = issuer.cookieReply(initiation, initiation.length, ADDRESS, PORT, nowNanos);
      return alice.cookie(reply, reply.length).orElseThrow();
    }
  }

  private boolean valid(byte[] cookie, byte[] address, int port, long nowNanos) {
    try (Initiator retry = withCookie(cookie)) {
      byte[] initiation = retry.initiation();
      return issuer.mac2Valid(initiation, initiation.length, address, port, nowNanos);
    }
  }

  @Test
  void letsAnInitiatorProveItsAddress() {
    assertThat(valid(cookieAt(START_NANOS), ADDRESS, PORT, START_NANOS)).isTrue();
  }

  @Test
  void isShakenHandsWithUnderACookie() {
    try (Initiator alice = withCookie(cookieAt(START_NANOS));
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      assertThat(Pair.established(alice, bob.accept(4)).peerIndex()).isEqualTo(4);
    }
  }

  @Test
  void isBoundToAddressAndPort() {
    byte[] cookie = cookieAt(START_NANOS);
    assertThat(valid(cookie, new byte[] {(byte) 198, 51, 100, 8}, PORT, START_NANOS)).isFalse();
    assertThat(valid(cookie, ADDRESS, PORT + 1, START_NANOS)).isFalse();
    assertThat(valid(cookie, new byte[16], PORT, START_NANOS)).isFalse();
  }

  @Test
  void livesThroughOneRotationAndNotThroughTwo() {
    byte[] cookie = cookieAt(START_NANOS + TimeUnit.SECONDS.toNanos(119));
    assertThat(valid(cookie, ADDRESS, PORT, START_NANOS + TimeUnit.SECONDS.toNanos(121))).isTrue();
    assertThat(valid(cookie, ADDRESS, PORT, START_NANOS + TimeUnit.SECONDS.toNanos(240))).isTrue();
    assertThat(valid(cookie, ADDRESS, PORT, START_NANOS + TimeUnit.SECONDS.toNanos(242))).isFalse();
  }

  @Test
  void diesInALongSilence() {
    byte[] cookie = cookieAt(START_NANOS);
    assertThat(valid(cookie, ADDRESS, PORT, START_NANOS + TimeUnit.SECONDS.toNanos(241))).isFalse();
  }

  @Test
  void isNotGuessed() {
    assertThat(valid(new byte[16], ADDRESS, PORT, START_NANOS)).isFalse();
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] bare = alice.initiation();
      assertThat(issuer.mac2Valid(bare, bare.length, ADDRESS, PORT, START_NANOS)).isFalse();
      assertThat(issuer.mac2Valid(bare, 100, ADDRESS, PORT, START_NANOS)).isFalse();
    }
  }

  @Test
  void isRefusedWithAnyByteFlippedOrAnyOtherLength() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] initiation = alice.initiation();
      byte[] reply = issuer.cookieReply(initiation, initiation.length, ADDRESS, PORT, START_NANOS);
      for (int i = 0; i < reply.length; i++) {
        byte[] forged = reply.clone();
        forged[i] ^= 1;
        assertThat(alice.cookie(forged, forged.length)).as("byte " + i).isEmpty();
      }
      byte[] padded = Arrays.copyOf(reply, 200);
      for (int length = 0; length < padded.length; length++) {
        assertThat(alice.cookie(padded, length).isPresent()).isEqualTo(length == reply.length);
      }
      assertThat(alice.cookie(new byte[3], reply.length)).isEmpty();
    }
  }

  @Test
  void answersOneInitiationOnly() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Initiator other = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] initiation = alice.initiation();
      byte[] reply = issuer.cookieReply(initiation, initiation.length, ADDRESS, PORT, START_NANOS);
      assertThat(other.cookie(reply, reply.length)).isEqualTo(Optional.empty());
    }
  }

  @Test
  void isShorterThanWhatItAnswers() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] initiation = alice.initiation();
      assertThat(issuer.cookieReply(initiation, initiation.length, ADDRESS, PORT, START_NANOS))
          .hasSizeLessThan(initiation.length)
          .hasSize(HandshakeWire.COOKIE_REPLY_BYTES);
    }
  }
}
