package org.p2pvpn.tun.linux;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.segment.PacketBuilder;
import org.p2pvpn.tun.segment.Splits;

/**
 * Run in a namespace by {@link KernelSegmentationIT}: super-packets read from a device with all
 * offloads, with the virtio headers that the kernel really writes.
 */
final class KernelReading {
  private static final long SEED = 77;
  private static final int ROUNDS = 300;
  private static final int HOPS = 64;

  private KernelReading() {}

  public static void main(String[] args) {
    Random random = new Random(SEED);
    int superPackets = 0;
    try (ForwardingKernel kernel = new ForwardingKernel(TunOffloads.ALL)) {
      boolean uso = kernel.in().offloads().uso();
      for (int round = 0; round < ROUNDS; round++) {
        int gsoSize = 64 + random.nextInt(1300);
        PacketBuilder builder = PacketBuilder.random(random, Math.min(60_000, 60 * gsoSize));
        if (builder.protocol() == 17 && !uso) {
          continue;
        }
        kernel.write(builder.hops(HOPS).buildSuper(gsoSize));
        List<byte[]> read = kernel.readWithHeaders(1);
        SocketReceiver.check(read.size() == 1, "nothing came in round " + round);
        List<byte[]> ours = Splits.split(builder.hops(HOPS - 1).buildSuper(gsoSize), 1500, true);
        List<byte[]> kernels = Splits.split(read.getFirst(), 1500, true);
        superPackets += ours.size() > 1 ? 1 : 0;
        SocketReceiver.check(ours.size() == kernels.size(), "segments in round " + round);
        for (int i = 0; i < ours.size(); i++) {
          SocketReceiver.check(
              Arrays.equals(ours.get(i), kernels.get(i)), "round " + round + " segment " + i);
        }
      }
    }
    System.out.println("read " + superPackets + " super-packets");
  }
}
