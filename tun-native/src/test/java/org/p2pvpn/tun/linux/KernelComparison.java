package org.p2pvpn.tun.linux;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.segment.Joiner;
import org.p2pvpn.tun.segment.PacketBuilder;
import org.p2pvpn.tun.segment.RecordingSink;
import org.p2pvpn.tun.segment.Splits;

/**
 * Run in a namespace by {@link KernelSegmentationIT}: the kernel segments each super-packet, and so
 * do we, and the bytes must be the same. Then our joined packets take the same way.
 */
final class KernelComparison {
  private static final long SEED = 20261120;
  private static final int ROUNDS = 400;
  private static final int HOPS = 64;

  private KernelComparison() {}

  public static void main(String[] args) {
    Random random = new Random(SEED);
    int segments = 0;
    try (ForwardingKernel kernel = new ForwardingKernel(TunOffloads.NONE)) {
      for (int round = 0; round < ROUNDS; round++) {
        int gsoSize = 64 + random.nextInt(1300);
        PacketBuilder builder = PacketBuilder.random(random, Math.min(60_000, 60 * gsoSize));
        if (round % 8 == 0) {
          builder = PacketBuilder.tcp4().ipv4Options((byte) 1, (byte) 1, (byte) 1, (byte) 0);
          builder.payload(1 + random.nextInt(20_000)).flags(round % 16 == 0 ? 0x99 : 0xd0);
        }
        byte[] whole = builder.hops(HOPS).buildSuper(gsoSize);
        // The kernel forwards, so a hop less.
        byte[] afterHop = builder.hops(HOPS - 1).buildSuper(gsoSize);
        List<byte[]> ours = Splits.split(afterHop, 1500, true);
        kernel.write(whole);
        compare("split", round, ours, kernel.read(ours.size()));
        for (byte[] joined : join(Splits.split(whole, 1500, true))) {
          kernel.write(joined);
        }
        compare("join", round, ours, kernel.read(ours.size()));
        segments += ours.size();
      }
    }
    System.out.println("compared " + ROUNDS + " super-packets, " + segments + " segments");
  }

  private static List<byte[]> join(List<byte[]> segments) {
    RecordingSink sink = new RecordingSink();
    Joiner joiner = new Joiner(TunOffloads.ALL, sink);
    segments.forEach(segment -> joiner.accept(segment, 0, segment.length, false));
    joiner.flush();
    return sink.written;
  }

  private static void compare(String way, int round, List<byte[]> ours, List<byte[]> kernels) {
    for (int i = 0; i < Math.max(ours.size(), kernels.size()); i++) {
      byte[] our = i < ours.size() ? ours.get(i) : new byte[0];
      byte[] kernel = i < kernels.size() ? kernels.get(i) : new byte[0];
      if (!Arrays.equals(our, kernel)) {
        throw new AssertionError(
            "%s, seed %d, round %d, segment %d of %d (kernel: %d)%nours:   %s%nkernel: %s"
                .formatted(
                    way,
                    SEED,
                    round,
                    i,
                    ours.size(),
                    kernels.size(),
                    beginning(our),
                    beginning(kernel)));
      }
    }
  }

  private static String beginning(byte[] packet) {
    return packet.length
        + " bytes "
        + HexFormat.of().formatHex(packet, 0, Math.min(100, packet.length));
  }
}
