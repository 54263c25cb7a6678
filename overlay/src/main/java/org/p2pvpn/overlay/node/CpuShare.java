package org.p2pvpn.overlay.node;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The share of the machine's processors (or of what a control group leaves us) that this process
 * used since it was asked last, 0 to 1; 0 where the JVM cannot tell. One thread asks.
 */
final class CpuShare implements DoubleSupplier {
  private final @Nullable OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private long usedNanos = system == null ? 0 : system.getProcessCpuTime();
  private long askedNanos = System.nanoTime();

  @Override
  public double getAsDouble() {
    if (system == null) {
      return 0;
    }
    long now = System.nanoTime();
    long used = system.getProcessCpuTime();
    double share =
        (double) (used - usedNanos)
            / Math.max(1, now - askedNanos)
            / Runtime.getRuntime().availableProcessors();
    usedNanos = used;
    askedNanos = now;
    return Math.clamp(share, 0.0, 1.0);
  }
}
