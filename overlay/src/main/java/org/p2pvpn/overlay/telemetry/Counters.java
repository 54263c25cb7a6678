package org.p2pvpn.overlay.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Map;
import org.p2pvpn.overlay.packet.Verdict;

/**
 * One thread's counters. The owner adds without a lock; anyone may read, and sees a value that was
 * true a moment ago.
 */
@SuppressWarnings("EnumOrdinal") // an array index, never stored or sent
public final class Counters {
  private static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] verdicts = new long[Verdict.values().length];
  private final long[] meters = new long[Meter.values().length];

  public void count(Verdict verdict) {
    add(verdicts, verdict.ordinal(), 1);
  }

  public void add(Meter meter, long amount) {
    add(meters, meter.ordinal(), amount);
  }

  public long get(Verdict verdict) {
    return (long) LONG.getOpaque(verdicts, verdict.ordinal());
  }

  public long get(Meter meter) {
    return (long) LONG.getOpaque(meters, meter.ordinal());
  }

  /** Adds every counter to {@code sums}, drops as {@code drop_replayed}, meters by their name. */
  public void addTo(Map<String, Long> sums) {
    for (Meter meter : Meter.values()) {
      sums.merge(meter.name().toLowerCase(Locale.ROOT), get(meter), Long::sum);
    }
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.PASSED) {
        sums.merge("drop_" + verdict.name().toLowerCase(Locale.ROOT), get(verdict), Long::sum);
      }
    }
  }

  private static void add(long[] cells, int index, long amount) {
    LONG.setOpaque(cells, index, (long) LONG.getOpaque(cells, index) + amount);
  }
}
