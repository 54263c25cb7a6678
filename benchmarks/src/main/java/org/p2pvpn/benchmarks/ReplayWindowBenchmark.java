package org.p2pvpn.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.p2pvpn.overlay.session.ReplayWindow;

/** One counter through the replay window. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplayWindowBenchmark {
  private final ReplayWindow window = new ReplayWindow();
  private long next;

  @Benchmark
  public boolean inOrder() {
    return window.accept(next++);
  }

  /** Neighbours within 64 change places: 63, 62, ... 0, 127, 126, ... */
  @Benchmark
  public boolean reordered() {
    return window.accept(next++ ^ 63);
  }

  /** Refused each time but the first. */
  @Benchmark
  public boolean replayed() {
    return window.accept(0);
  }
}
