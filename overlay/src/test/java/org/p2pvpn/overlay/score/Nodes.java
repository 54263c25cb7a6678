package org.p2pvpn.overlay.score;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/** Nodes for tests, each a small change of one that may be anything. */
final class Nodes {
  static final long NOW = 1_800_000_000L;
  static final ExitPolicySummary OPEN = new ExitPolicySummary(true, true, List.of());
  static final Set<Role> BOTH = Set.of(Role.RELAY, Role.EXIT);

  private Nodes() {}

  static NodeId id(int number) {
    return NodeId.ofBytes(ByteBuffer.allocate(32).putInt(number).array());
  }

  /** Known for long, measured, in a /16 of its own; relay and exit in SE. */
  static Candidate node(int number) {
    return new Candidate(id(number), claims(number), measured(), Figure.measured(0.5));
  }

  static Claims claims(int number) {
    return new Claims(BOTH, "SE", "", "", 0, 0, OPEN, 0.2, null, List.of(block(number)), 0);
  }

  static IpPrefix block(int number) {
    return new IpPrefix(false, (long) (number + 0x0100) << 48, 0, 16);
  }

  static Measurements measured() {
    return new Measurements(
        50_000_000, 0, 0, 98, 0, 0, 0, 0, 0.2, "", List.of(), NOW - 1_000_000, NOW - 10);
  }

  static Candidate with(Candidate node, Claims claims) {
    return new Candidate(node.id(), claims, node.measurements(), node.trust());
  }

  static Candidate with(Candidate node, Measurements measurements) {
    return new Candidate(node.id(), node.claims(), measurements, node.trust());
  }

  static Candidate trusted(int number, double trust) {
    Candidate node = node(number);
    return new Candidate(node.id(), node.claims(), node.measurements(), Figure.measured(trust));
  }

  static Candidate roles(int number, Role... roles) {
    return changed(number, Set.of(roles), "SE", "", 0, OPEN, 0.2);
  }

  static Candidate inCountry(int number, String country) {
    return changed(number, BOTH, country, "", 0, OPEN, 0.2);
  }

  static Candidate ofOperator(int number, String operator, int autonomousSystem) {
    return changed(number, BOTH, "SE", operator, autonomousSystem, OPEN, 0.2);
  }

  static Candidate withPolicy(int number, ExitPolicySummary policy) {
    return changed(number, BOTH, "SE", "", 0, policy, 0.2);
  }

  static Candidate loaded(int number, double load) {
    return changed(number, BOTH, "SE", "", 0, OPEN, load);
  }

  static Candidate newcomer(int number) {
    return with(node(number), Measurements.NOTHING);
  }

  private static Candidate changed(
      int number,
      Set<Role> roles,
      String country,
      String operator,
      int autonomousSystem,
      ExitPolicySummary policy,
      double load) {
    return with(
        node(number),
        new Claims(
            roles,
            country,
            "",
            operator,
            autonomousSystem,
            0,
            policy,
            load,
            null,
            List.of(block(number)),
            0));
  }

  static NodeTable table(Candidate... nodes) {
    return table(List.of(nodes));
  }

  static NodeTable table(List<Candidate> nodes) {
    return new NodeTable(nodes, Map.of(), null, NOW);
  }

  /** All kinds: near and far, full, dead, new, of few operators and blocks, exits or not. */
  static NodeTable crowd(int size, RandomGenerator random) {
    String[] countries = {"SE", "NO", "DE", "US", "JP"};
    List<Candidate> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      boolean exit = random.nextInt(4) == 0;
      boolean fresh = random.nextInt(5) == 0;
      Claims claims =
          new Claims(
              exit ? BOTH : Set.of(Role.RELAY),
              countries[random.nextInt(countries.length)],
              "",
              random.nextBoolean() ? "" : "operator" + random.nextInt(size / 10 + 1),
              random.nextInt(size / 5 + 1),
              random.nextLong(1_000_000_000),
              exit ? new ExitPolicySummary(true, random.nextBoolean(), List.of()) : OPEN,
              random.nextDouble(),
              coordinate(random),
              List.of(block(random.nextInt(size))),
              0);
      Measurements measurements =
          fresh
              ? Measurements.NOTHING
              : new Measurements(
                  random.nextLong(1_000_000, 300_000_000),
                  random.nextDouble() * 0.05,
                  random.nextLong(100_000_000),
                  random.nextLong(1000),
                  random.nextLong(20),
                  random.nextInt(5),
                  NOW - random.nextInt(100),
                  0,
                  random.nextDouble(),
                  "",
                  List.of(),
                  NOW - random.nextInt(10_000_000),
                  NOW);
      nodes.add(
          new Candidate(
              id(i),
              claims,
              measurements,
              fresh ? Figure.UNKNOWN : Figure.measured(random.nextDouble())));
    }
    return new NodeTable(nodes, Map.of(), Coordinate.ORIGIN, NOW);
  }

  static @Nullable Coordinate coordinate(RandomGenerator random) {
    double[] vector = new double[Coordinate.DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = random.nextGaussian() * 0.03;
    }
    return Coordinate.claimed(vector, 0.2, 0, 0.005);
  }
}
