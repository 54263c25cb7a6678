package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Remote bytes never throw and never get in. An ordinary run feeds the seeds; {@code JAZZER_FUZZ=1}
 * searches on from them for as long as {@code maxDuration} says.
 */
final class HandshakeFuzzTest {
  private static final Initiator ALICE = Pair.initiator(Suite.AESGCM_SHA256);

  @FuzzTest(maxDuration = "60s")
  void responderOpensNoForgery(FuzzedDataProvider input) {
    boolean rightMac = input.consumeBoolean();
    int length = input.consumeInt(-1, 1500);
    byte[] datagram = overlay(input, HandshakeWire.INITIATION_BYTES, header(2));
    if (rightMac) {
      new Macs(Pair.BOB.staticKey()).writeMac1(datagram);
    }
    assertThat(Responder.open(Pair.BOB, datagram, rightMac ? datagram.length : length))
        .isInstanceOf(HandshakeVerdict.class);
    if (length >= 0) {
      byte[] notice = VersionNotice.answer(datagram, length);
      assertThat(notice == null || notice.length < length).isTrue();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void initiatorTakesNoForgery(FuzzedDataProvider input) {
    boolean rightMac = input.consumeBoolean();
    int length = input.consumeInt(-1, 1500);
    byte[] datagram = overlay(input, HandshakeWire.RESPONSE_BYTES, header(3));
    HandshakeWire.putInt(datagram, HandshakeWire.RECEIVER_INDEX_AT, Pair.ALICE_INDEX);
    if (rightMac) {
      new Macs(Pair.ALICE.staticKey()).writeMac1(datagram);
    }
    assertThat(ALICE.handle(datagram, rightMac ? datagram.length : length))
        .isInstanceOf(HandshakeVerdict.class);
  }

  @FuzzTest(maxDuration = "60s")
  void initiatorTakesNoForgedCookieOrNotice(FuzzedDataProvider input) {
    int length = input.consumeInt(-1, 200);
    byte[] datagram = overlay(input, HandshakeWire.COOKIE_REPLY_BYTES, header(4));
    HandshakeWire.putInt(datagram, HandshakeWire.COOKIE_RECEIVER_INDEX_AT, Pair.ALICE_INDEX);
    assertThat(ALICE.cookie(datagram, length)).isEmpty();
    assertThat(ALICE.cookie(datagram, datagram.length)).isEmpty();
    datagram[HandshakeWire.TYPE_AT] = HandshakeWire.TYPE_VERSION_NOTICE;
    assertThat(ALICE.responderVersion(datagram, HandshakeWire.VERSION_NOTICE_BYTES)).isEmpty();
  }

  @FuzzTest(maxDuration = "60s")
  void macsJudgeAnyBytes(FuzzedDataProvider input) {
    int length = input.consumeInt(-1, 3000);
    byte[] datagram = input.consumeRemainingAsBytes();
    assertThat(new Macs(Pair.BOB.staticKey()).mac1Valid(datagram, length)).isFalse();
  }

  /** A header that passes the cheap checks, under the fuzzer's bytes. */
  private static byte[] header(int type) {
    return new byte[] {(byte) type, HandshakeWire.VERSION, Suite.AESGCM_SHA256.wireByte(), 0};
  }

  private static byte[] overlay(FuzzedDataProvider input, int length, byte[] header) {
    boolean keepHeader = input.consumeBoolean();
    byte[] datagram = Arrays.copyOf(input.consumeRemainingAsBytes(), length);
    if (keepHeader) {
      System.arraycopy(header, 0, datagram, 0, header.length);
      if (header[0] == HandshakeWire.TYPE_COOKIE_REPLY) {
        datagram[HandshakeWire.SUITE_AT] = 0;
      }
    }
    return datagram;
  }
}
