package org.p2pvpn.overlay.score;

import java.util.List;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The way in: a path for a class of traffic. Pure: the same table, guards, request and state of the
 * random source give the same path, and the explanation is of that very choice.
 */
public final class PathChooser {
  private PathChooser() {}

  /**
   * A choice and the account of it.
   *
   * @param explanation without hops where none was asked for
   */
  public record Explained(Choice choice, Explanation explanation) {}

  /**
   * A path, or why there is none.
   *
   * @param guards {@link Guards#NONE} where any relay may be the first hop; paths of one hop do not
   *     use them
   */
  public static Choice choose(
      NodeTable table, Guards guards, PathRequest request, RandomGenerator random) {
    return new Search(table, guards, request, random, false).run().choice();
  }

  /** The same choice, with the account of it; costs an object for each term of each node. */
  public static Explained explain(
      NodeTable table, Guards guards, PathRequest request, RandomGenerator random) {
    return new Search(table, guards, request, random, true).run();
  }

  /**
   * Another way to the same exit: no relay of it is a relay of an existing path, or shares an
   * address block, operator or autonomous system with one. A path of one hop has no other way.
   */
  public static Choice chooseBeside(
      NodeTable table,
      Guards guards,
      PathRequest request,
      List<Path> existing,
      RandomGenerator random) {
    return beside(table, guards, request, existing, random, false).choice();
  }

  public static Explained explainBeside(
      NodeTable table,
      Guards guards,
      PathRequest request,
      List<Path> existing,
      RandomGenerator random) {
    return beside(table, guards, request, existing, random, true);
  }

  /**
   * A path to another exit, for the day on which the exit in use dies: the exits share nothing. The
   * relays may be the same, since what dies with the exit is the exit. Who asked for one exit node
   * gets none, since he asked for no other.
   */
  public static Explained explainStandby(
      NodeTable table,
      Guards guards,
      PathRequest request,
      List<Path> existing,
      RandomGenerator random) {
    List<NodeId> exits = existing.stream().map(Path::exit).distinct().toList();
    return new Search(table, guards, request, random, true).beside(exits).run();
  }

  private static Explained beside(
      NodeTable table,
      Guards guards,
      PathRequest request,
      List<Path> existing,
      RandomGenerator random,
      boolean explain) {
    NodeId exit = existing.getFirst().exit();
    List<NodeId> relays = existing.stream().flatMap(it -> it.relays().stream()).toList();
    if (request.hops() == 1) {
      List<NodeId> exits = List.of(exit);
      return new Search(table, guards, request.withExitNode(exit), random, explain)
          .beside(exits)
          .run();
    }
    return new Search(table, guards, request.withExitNode(exit), random, explain)
        .beside(relays)
        .run();
  }
}
