package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class VersionNoticeTest {
  private static byte[] noticeOfVersion(int version, byte[] initiation) {
    byte[] notice = Objects.requireNonNull(VersionNotice.answer(initiation, initiation.length));
    notice[HandshakeWire.VERSION_AT] = (byte) version;
    return notice;
  }

  @Test
  void tellsTheInitiatorTheRespondersVersion() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] notice = noticeOfVersion(200, alice.initiation());
      assertThat(notice).hasSize(24);
      assertThat(alice.responderVersion(notice, notice.length)).isEqualTo(OptionalInt.of(200));
    }
  }

  @Test
  void isRefusedWhenItSaysOurVersionOrIsDamaged() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] same = noticeOfVersion(HandshakeWire.VERSION, alice.initiation());
      assertThat(alice.responderVersion(same, same.length)).isEmpty();
      byte[] notice = noticeOfVersion(2, alice.initiation());
      for (int i = 0; i < notice.length; i++) {
        if (i != HandshakeWire.VERSION_AT) {
          byte[] forged = notice.clone();
          forged[i] ^= 1;
          assertThat(alice.responderVersion(forged, forged.length)).as("byte " + i).isEmpty();
        }
      }
      for (int length = 0; length < notice.length; length++) {
        assertThat(alice.responderVersion(notice, length)).isEmpty();
      }
      assertThat(alice.responderVersion(new byte[2], notice.length)).isEmpty();
    }
  }

  @Test
  void isNeverLongerThanWhatItAnswers() {
    byte[] datagram = new byte[100];
    for (int length = 0; length <= datagram.length; length++) {
      byte[] notice = VersionNotice.answer(datagram, length);
      if (notice != null) {
        assertThat(notice.length).isLessThan(length);
      }
    }
    assertThat(VersionNotice.answer(datagram, 39)).isNull();
    assertThat(VersionNotice.answer(datagram, 101)).isNull();
  }

  @Test
  void findsTheMacOfALongerInitiation() {
    byte[] later = new byte[1800];
    later[HandshakeWire.TYPE_AT] = HandshakeWire.TYPE_INITIATION;
    later[HandshakeWire.VERSION_AT] = 2;
    HandshakeWire.putInt(later, HandshakeWire.SENDER_INDEX_AT, 77);
    new Macs(Pair.BOB.staticKey()).writeMac1(later);
    byte[] notice = Objects.requireNonNull(VersionNotice.answer(later, later.length));
    assertThat(HandshakeWire.getInt(notice, HandshakeWire.ECHOED_INDEX_AT)).isEqualTo(77);
    assertThat(Arrays.copyOfRange(notice, 8, 24)).isEqualTo(Arrays.copyOfRange(later, 1768, 1784));
  }
}
