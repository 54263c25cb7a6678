package org.p2pvpn.benchmarks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Candidate;
import org.p2pvpn.overlay.score.Choice;
import org.p2pvpn.overlay.score.Claims;
import org.p2pvpn.overlay.score.Coordinate;
import org.p2pvpn.overlay.score.ExitPolicySummary;
import org.p2pvpn.overlay.score.Figure;
import org.p2pvpn.overlay.score.Guards;
import org.p2pvpn.overlay.score.IpPrefix;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.score.NodeTable;
import org.p2pvpn.overlay.score.PathChooser;
import org.p2pvpn.overlay.score.PathRequest;
import org.p2pvpn.overlay.score.Preset;
import org.p2pvpn.overlay.score.Role;

/** One whole path chosen, all of its hops, among strangers in as many prefixes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PathChoiceBenchmark {
  private static final long NOW = 1_800_000_000L;

  @Param({"1000", "10000"})
  private int nodes;

  @Param({"1", "3", "5"})
  private int hops;

  private final SplittableRandom random = new SplittableRandom(1);
  private NodeTable table = new NodeTable(List.of(), Map.of(), null, NOW);
  private PathRequest request = PathRequest.of(1, Preset.BALANCED.weights());

  @Setup
  public void fill() {
    table = filled();
    request = PathRequest.of(hops, Preset.BALANCED.weights()).withExitCountry("SE");
  }

  @Benchmark
  public Choice choose() {
    return PathChooser.choose(table, Guards.NONE, request, random);
  }

  /** What control does once for each new table. */
  @Benchmark
  public NodeTable buildTable() {
    return new NodeTable(table.candidates(), Map.of(), Coordinate.ORIGIN, NOW);
  }

  private NodeTable filled() {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      Claims claims =
          new Claims(
              i % 4 == 0 ? Set.of(Role.RELAY, Role.EXIT) : Set.of(Role.RELAY),
              i % 8 == 0 ? "SE" : "NO",
              "",
              "operator" + i / 4,
              i / 8,
              100_000_000,
              new ExitPolicySummary(true, true, List.of()),
              random.nextDouble() * 0.95,
              coordinate(),
              List.of(new IpPrefix(false, (long) i << 48, 0, 16)),
              0);
      Measurements measurements =
          i % 2 == 0
              ? Measurements.NOTHING
                  .withRtt(random.nextLong(1_000_000, 300_000_000))
                  .withSuccess(NOW - 1_000_000)
              : Measurements.NOTHING;
      candidates.add(
          new Candidate(
              NodeId.ofBytes(ByteBuffer.allocate(32).putInt(i * 0x9E3779B9).array()),
              claims,
              measurements,
              Figure.measured(random.nextDouble())));
    }
    return new NodeTable(candidates, Map.of(), Coordinate.ORIGIN, NOW);
  }

  private Coordinate coordinate() {
    double[] vector = new double[Coordinate.DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = random.nextDouble(-0.1, 0.1);
    }
    Coordinate coordinate = Coordinate.claimed(vector, 0.2, 0, 0.005);
    return coordinate == null ? Coordinate.ORIGIN : coordinate;
  }
}
