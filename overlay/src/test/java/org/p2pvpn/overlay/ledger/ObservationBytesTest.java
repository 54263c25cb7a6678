package org.p2pvpn.overlay.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class ObservationBytesTest {
  private static final long AT = 0x0123_4567_89AB_CDEFL;

  private static NodeId node(int filler) {
    byte[] bytes = new byte[NodeId.BYTES];
    Arrays.fill(bytes, (byte) filler);
    return NodeId.ofBytes(bytes);
  }

  private static byte[] write(Observation what) {
    ByteBuffer buffer = ByteBuffer.allocate(ObservationBytes.BYTES_MAX);
    ObservationBytes.write(new Entry(AT, what), buffer);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static List<Observation> oneOfEach() {
    NodeId node = node(7);
    return List.of(
        new Observation.HandshakeMade(node, 1500),
        new Observation.HandshakeFailed(node),
        new Observation.RttMeasured(node, 1),
        new Observation.LossMeasured(node, 100, 3),
        new Observation.ThroughputSeen(node, 1L << 40, 1_000_000_000),
        new Observation.LoadSeen(node, 91, Observation.Origin.MEASURED),
        new Observation.LoadSeen(node, 0, Observation.Origin.CLAIMED),
        new Observation.BusySeen(node),
        new Observation.CircuitBuilt(List.of(node, node(8), node(9), node(10), node(11)), 90_000),
        new Observation.CircuitBuilt(List.of(node), 90_000),
        new Observation.CircuitBroken(node, Observation.How.OTHER),
        new Observation.CircuitBroken(node, Observation.How.SILENT),
        new Observation.CircuitBroken(node, Observation.How.REFUSED),
        new Observation.CircuitBroken(node, Observation.How.LEFT),
        new Observation.Served(node, 5_000_000),
        new Observation.ProtocolBroken(node, Observation.What.OTHER),
        new Observation.ProtocolBroken(node, Observation.What.BAD_ADVERT),
        new Observation.ProtocolBroken(node, Observation.What.BAD_LAYER),
        new Observation.ProtocolBroken(node, Observation.What.WRONG_ANSWER),
        new Observation.ProtocolBroken(node, Observation.What.FALSE_CLAIM));
  }

  @Test
  void layoutIsPinned() {
    assertThat(HexFormat.of().formatHex(write(new Observation.LossMeasured(node(0xAA), 10, 2))))
        .isEqualTo(
            "01040001"
                + "0123456789abcdef"
                + "aa".repeat(32)
                + "000000000000000a"
                + "0000000000000002");
    assertThat(
            HexFormat.of()
                .formatHex(
                    write(new Observation.CircuitBroken(node(0xAA), Observation.How.SILENT))))
        .isEqualTo("01090101" + "0123456789abcdef" + "aa".repeat(32) + "00".repeat(16));
  }

  @Test
  void everyKindComesBackAsItWas() {
    for (Observation what : oneOfEach()) {
      assertThat(ObservationBytes.read(ByteBuffer.wrap(write(what))))
          .isEqualTo(new Entry(AT, what));
    }
  }

  @Test
  void whatALaterVersionWroteIsSkipped() {
    byte[] bytes = write(new Observation.BusySeen(node(1)));
    byte[] otherVersion = bytes.clone();
    otherVersion[0] = 2;
    byte[] otherKind = bytes.clone();
    otherKind[1] = 12;
    assertThat(ObservationBytes.read(ByteBuffer.wrap(otherVersion))).isNull();
    assertThat(ObservationBytes.read(ByteBuffer.wrap(otherKind))).isNull();
  }

  @Test
  void anUnknownCodeIsOther() {
    byte[] bytes = write(new Observation.ProtocolBroken(node(1), Observation.What.WRONG_ANSWER));
    bytes[2] = 99;
    assertThat(ObservationBytes.read(ByteBuffer.wrap(bytes)))
        .isEqualTo(new Entry(AT, new Observation.ProtocolBroken(node(1), Observation.What.OTHER)));
  }

  @Test
  void garbageIsNeverAnException() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      List<Observation> all = oneOfEach();
      byte[] bytes = write(all.get(random.nextInt(all.size())));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
      ObservationBytes.read(ByteBuffer.wrap(bytes));
      assertThat(cut.length == bytes.length || ObservationBytes.read(ByteBuffer.wrap(cut)) == null)
          .isTrue();
    }
  }

  @Test
  void impossibleCountsAreOurMistake() {
    assertThatThrownBy(() -> new Observation.LossMeasured(node(1), 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Observation.CircuitBuilt(List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
