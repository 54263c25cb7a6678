package org.p2pvpn.tun.segment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the fuzz tests' first inputs; run by hand in src/test/resources when the formats change.
 */
final class FuzzSeeds {
  private FuzzSeeds() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of("org/p2pvpn/tun/segment");
    Path splits = root.resolve("SplitterFuzzTestInputs/anyBytesAreSplitOrRefused");
    Path joins = root.resolve("JoinerFuzzTestInputs/anyPacketsAreJoinedOrRefused");
    Files.createDirectories(splits);
    Files.createDirectories(joins);
    byte[] pad = {0, 0, 1, 4, 0, 0, 0, 0};
    List<PacketBuilder> builders =
        List.of(
            PacketBuilder.tcp4().flags(0xd9),
            PacketBuilder.tcp6().tcpOptions((byte) 1, (byte) 1, (byte) 1, (byte) 1),
            PacketBuilder.udp4().ipv4Options((byte) 1, (byte) 1, (byte) 1, (byte) 1),
            PacketBuilder.udp6(),
            PacketBuilder.tcp6().extension(60, pad),
            PacketBuilder.udp6().extension(43, new byte[] {0, 0, 4, 1, 0, 0, 0, 0}));
    for (int i = 0; i < builders.size(); i++) {
      PacketBuilder builder = builders.get(i).payload(250);
      Files.write(splits.resolve("super-" + i), builder.buildSuper(100));
      Files.write(splits.resolve("single-" + i), builder.buildSingle(true));
      ByteArrayOutputStream packets = new ByteArrayOutputStream();
      for (byte[] segment : Splits.split(builder.buildSuper(100), 1500, i % 2 == 0)) {
        packets.write(i % 2 == 0 ? 0 : 1);
        packets.write(segment.length >>> 8);
        packets.write(segment.length);
        packets.writeBytes(segment);
      }
      Files.write(joins.resolve("segments-" + i), packets.toByteArray());
    }
  }
}
