package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.p2pvpn.overlay.circuit.FairQueue;
import org.p2pvpn.overlay.circuit.RelayLoad;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.telemetry.Meter;

/**
 * Reads the shards' counters for {@link RelayLoad}. Lives on the control thread; any may ask for
 * the last value.
 */
final class RelayGauge implements RelayDesk.LoadMeter {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DataPlane dataPlane;
  private final long bitsPerSecond;
  private final DoubleSupplier cpu;
  private final RelayLoad load = new RelayLoad(FairQueue.BUDGET_BYTES);
  private long lookedNanos;
  private boolean looked;
  private volatile double last;

  RelayGauge(DataPlane dataPlane, long bitsPerSecond, DoubleSupplier cpu) {
    this.dataPlane = dataPlane;
    this.bitsPerSecond = bitsPerSecond;
    this.cpu = cpu;
  }

  @Override
  public double at(long nowNanos) {
    if (!looked || nowNanos - lookedNanos >= LOOK_NANOS) {
      looked = true;
      lookedNanos = nowNanos;
      load.add(
          new RelayLoad.Sample(
              dataPlane.count(Meter.FORWARDED_BYTES) + dataPlane.count(Meter.RETURNED_BYTES),
              dataPlane.count(Meter.RELAY_QUEUED_BYTES),
              cpu.getAsDouble()),
          bitsPerSecond,
          nowNanos);
      last = load.load();
    }
    return last;
  }

  double last() {
    return last;
  }
}
