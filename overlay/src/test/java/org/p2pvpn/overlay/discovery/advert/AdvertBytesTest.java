package org.p2pvpn.overlay.discovery.advert;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Identity;

final class AdvertBytesTest {
  private static final Claims CLAIMS =
      new Claims(
          List.of(
              new InetSocketAddress(InetAddress.ofLiteral("20.1.2.3"), 28790),
              new InetSocketAddress(InetAddress.ofLiteral("2a01:1::3"), 443)),
          Set.of(Role.RELAY, Role.EXIT),
          new Place("SE", "AB", "Stockholm", 64_500),
          new Capacity(100_000, 1_799_999_000, 42),
          new Protocols(List.of(1), List.of(1, 2), "p2pvpn 0.1.0"),
          new ExitSummary(
              true,
              false,
              List.of(new ExitSummary.PortRange(25, 25), new ExitSummary.PortRange(135, 139)),
              List.of(new ExitSummary.Prefix(InetAddress.ofLiteral("20.0.0.0"), 8))),
          new Coordinate(List.of(1_000, -2_500), 300, 150),
          "example",
          7);

  private static final String BODY =
      "08011220807784e2e54f19c1ffdd95fc2895ca3c602bd37f45232a2e2a69f3154d937f5d1a203b82"
          + "d31b1efa7ab7d93fdfba32c40313a6569b9f0d5403e8cc4773ca28c4b676200928c4a3a7da0630d8"
          + "a8a7da063a0a0a041401020310f6e0013a150a102a01000100000000000000000000000310bb0342"
          + "0201024a170a025345120241421a0953746f636b686f6c6d20f4f70350a08d065a0101620201026a"
          + "1408011a06191987018b0122080a0414000000100870989ca7da06782a82010c0a04d00f872710ac"
          + "021896018a01076578616d706c6592010c70327076706e20302e312e3099010700000000000000";

  private static final String SIGNATURE =
      "829b45db7902f389ba5a51d9045d4c44180b683e16501ecb65dcbad7b1bd2aa77de82df014689152"
          + "9b2c7117c7c5ddf141c68aecea9cf1a55b4da6aabe2ea504";

  private static Advert advert() {
    return new Advert(Sample.signer(1).keys(), Sample.validity(9), CLAIMS);
  }

  @Test
  void hasExactlyTheseBytes() {
    assertThat(HexFormat.of().formatHex(AdvertCodec.body(advert()))).isEqualTo(BODY);
    byte[] signed = Sample.signer(1).sign(CLAIMS, Sample.validity(9)).toBytes();
    assertThat(HexFormat.of().formatHex(signed))
        .isEqualTo("0a" + "ef01" + BODY + "12" + "40" + SIGNATURE);
  }

  @Test
  void signsALabelAndTheBody() {
    byte[] body = HexFormat.of().parseHex(BODY);
    byte[] message = new byte[16 + body.length];
    System.arraycopy(
        "p2pvpn advert 1\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        0,
        message,
        0,
        16);
    System.arraycopy(body, 0, message, 16, body.length);
    byte[] signature = HexFormat.of().parseHex(SIGNATURE);
    byte[] key = Sample.signer(1).keys().signing();
    assertThat(Identity.verify(key, message, signature)).isTrue();
    assertThat(Identity.verify(key, body, signature)).isFalse();
  }

  @Test
  void readsWhatItWrote() {
    assertThat(AdvertCheck.read(Sample.signer(1).sign(CLAIMS, Sample.validity(9)).toBytes()))
        .isEqualTo(advert());
  }

  @Test
  void theFullestAdvertFitsAndIsReadWhole() {
    SignedAdvert signed = Sample.signer(1).sign(Sample.fullest(), Sample.validity(Long.MAX_VALUE));
    assertThat(signed.sizeBytes()).isLessThan(AdvertLimits.SIGNED_BYTES_MAX);
    Advert read = requireNonNull(AdvertCheck.read(signed.toBytes()));
    assertThat(read.claims()).isEqualTo(Sample.fullest());
  }

  @Test
  void keepsAndHandsOnFieldsThatALaterVersionAdded() {
    byte[] body = AdvertCodec.body(advert());
    byte[] later = java.util.Arrays.copyOf(body, body.length + 6);
    // Field 100, length-delimited: 0xa2 0x06, 3 bytes.
    System.arraycopy(new byte[] {(byte) 0xa2, 6, 3, 'n', 'e', 'w'}, 0, later, body.length, 6);
    byte[] signed = Forge.signed(1, later);
    AdvertBook book = new AdvertBook(Sample.id(0));
    AdvertCheck check =
        new AdvertCheck(AdvertRules.INTERNET, book, new VerifyBudget(0), new AdvertCounters());
    assertThat(check.take(signed, Sample.id(2), null, Sample.MOMENT))
        .isInstanceOf(AdvertCheck.Taken.class);
    book.publish();
    KnownAdvert known = requireNonNull(book.snapshot().get(Sample.id(1), Sample.NOW));
    assertThat(known.signed().toBytes()).isEqualTo(signed);
    assertThat(known.advert()).isEqualTo(advert());
  }

  @Test
  void anEnvelopeHasOneSpelling() {
    byte[] signed = Sample.advert(1, 1).toBytes();
    byte[] padded = java.util.Arrays.copyOf(signed, signed.length + 2);
    padded[signed.length] = 0x18; // field 3, a varint 0
    assertThat(AdvertCodec.open(signed)).isNotNull();
    assertThat(AdvertCodec.open(padded)).isNull();
    assertThat(AdvertCodec.open(new byte[0])).isNotNull();
    assertThat(AdvertCheck.read(AdvertCodec.envelope(ByteString.EMPTY, ByteString.EMPTY))).isNull();
  }
}
