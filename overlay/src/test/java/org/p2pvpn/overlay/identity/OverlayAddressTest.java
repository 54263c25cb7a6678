package org.p2pvpn.overlay.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OverlayAddressTest {
  private static final NodeId ID = NodeId.parse("0123456789abcdef".repeat(4));

  @Test
  void ipv6IsThePrefixAndTheFirst112BitsOfTheId() {
    assertThat(OverlayAddress.ipv6(ID).getAddress())
        .isEqualTo(HexFormat.of().parseHex("fd700123456789abcdef0123456789ab"));
  }

  @Test
  void ipv4IsThePrefixAndTheFirst27BitsOfTheId() {
    // 0x01234567 >>> 5 = 0x00091a2b
    assertThat(OverlayAddress.ipv4(ID).getHostAddress()).isEqualTo("240.9.26.43");
  }

  @Test
  void ipv4NeverEndsInZeroOr255AndStaysInItsPrefix() {
    byte[] id = new byte[32];
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      random.nextBytes(id);
      byte[] address = OverlayAddress.ipv4(NodeId.ofBytes(id)).getAddress();
      assertThat(address[3] & 0xff).isBetween(1, 254);
      assertThat(address[0] & 0xf8).isEqualTo(0xf0);
    }
  }

  @Test
  void nodeIdIsTheHashOfTheKey() {
    // SHA-256 of 32 zero bytes.
    assertThat(NodeId.ofPublicKey(new byte[32]))
        .hasToString("66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    assertThat(NodeId.ofPublicKey(new byte[32]).shortForm()).isEqualTo("66687aad..25");
  }

  @Test
  void nodeIdSaysWhatIsWrongWithItsText() {
    assertThatThrownBy(() -> NodeId.parse("12")).hasMessageContaining("found 2 characters");
    assertThatThrownBy(() -> NodeId.parse("g" + "0".repeat(63)))
        .hasMessageContaining("digit at position 1");
  }
}
