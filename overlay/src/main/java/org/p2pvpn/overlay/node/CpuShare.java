package org.p2pvpn.overlay.node;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The share of the processors that this process can use and did since it was asked last, 0 to 1; 0
 * where the JVM cannot tell. A packet's way runs on the shards' threads alone, so on a larger
 * machine all is used when these are. One thread asks.
 */
final class CpuShare implements DoubleSupplier {
  private final @Nullable OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final int processors;
  private long usedNanos = system == null ? 0 : system.getProcessCpuTime();
  private long askedNanos = System.nanoTime();

  CpuShare(int shards) {
    processors = Math.min(shards, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public double getAsDouble() {
    if (system == null) {
      return 0;
    }
    long now = System.nanoTime();
    long used = system.getProcessCpuTime();
    double share = (double) (used - usedNanos) / Math.max(1, now - askedNanos) / processors;
    usedNanos = used;
    askedNanos = now;
    return Math.clamp(share, 0.0, 1.0);
  }
}
