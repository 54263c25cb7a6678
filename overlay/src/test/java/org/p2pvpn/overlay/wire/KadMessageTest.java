package org.p2pvpn.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class KadMessageTest {
  private static final NodeId ID = NodeId.ofBytes(new byte[32]);
  private static final byte[] ADVERT = {1, 2, 3};

  @Test
  void bytesStayAsTheyAre() {
    assertThat(hex(new KadMessage.Find(5, ID))).isEqualTo("001200000005" + "00".repeat(32));
    assertThat(hex(new KadMessage.FindProviders(5, 2, "SE"))).isEqualTo("001300000005025345");
    assertThat(hex(new KadMessage.Nodes(5, 1, 3, 1, List.of(ADVERT))))
        .isEqualTo("001400000005010301010003010203");
    assertThat(hex(new KadMessage.Store(5, 2, ADVERT))).isEqualTo("00150000000502010203");
    assertThat(hex(new KadMessage.Stored(5, KadMessage.Keeping.REFUSED)))
        .isEqualTo("00160000000502");
    assertThat(hex(new KadMessage.Probe(5, 6))).isEqualTo("0017000000050000000000000006");
    assertThat(hex(new KadMessage.Alive(5, ADVERT))).isEqualTo("001800000005010203");
  }

  @Test
  void whatIsWrittenIsReadAndHasTheSizeThatItSays() {
    List<KadMessage> all =
        List.of(
            new KadMessage.Find(5, ID),
            new KadMessage.FindProviders(5, 2, "SE"),
            new KadMessage.Nodes(5, 7, 8, 0, List.of(new byte[1_024])),
            new KadMessage.Store(-5, 0, ADVERT),
            new KadMessage.Stored(5, KadMessage.Keeping.FULL),
            new KadMessage.Probe(5, 6),
            new KadMessage.Alive(5, new byte[0]));
    for (KadMessage one : all) {
      byte[] bytes = new ControlMessage.Kad(one).write();
      assertThat(bytes).hasSize(1 + one.sizeBytes());
      ControlMessage read = ControlMessage.read(Arrays.copyOfRange(bytes, 1, bytes.length));
      assertThat(read).isInstanceOf(ControlMessage.Kad.class);
      assertThat(read == null ? bytes : read.write()).isEqualTo(bytes);
    }
  }

  @Test
  void rolesAndCountriesOfNoNetworkAreNoMessage() {
    for (String bad : List.of("13000000050353 45", "13000000050253 65", "1300000005025345")) {
      byte[] bytes = HexFormat.of().parseHex(bad.replace(" ", ""));
      boolean right = bad.endsWith("5345") && bad.contains("0502");
      assertThat(ControlMessage.read(bytes) != null).as(bad).isEqualTo(right);
    }
  }

  @Test
  void noBytesRaiseAnException() {
    Random random = new Random(11);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(60)];
      random.nextBytes(bytes);
      bytes[0] = (byte) (18 + random.nextInt(10));
      ControlMessage.read(bytes);
    }
  }

  private static String hex(KadMessage message) {
    return HexFormat.of().formatHex(new ControlMessage.Kad(message).write());
  }
}
