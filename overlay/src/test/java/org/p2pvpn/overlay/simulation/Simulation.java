package org.p2pvpn.overlay.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.transport.Driver;

/**
 * The nodes, links and packets of one test. The seed is in every failure's message; {@code
 * -Dsimulation.seed=N} repeats it, as far as threads let it.
 */
final class Simulation implements AutoCloseable {
  final long seed = Long.getLong("simulation.seed", System.nanoTime());
  private final Path folder;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<LossyLink> links = new ArrayList<>();
  private final List<Mailbag> bags = new ArrayList<>();

  Simulation(Path folder) {
    this.folder = folder;
  }

  SimulatedNode node(int number) {
    return node(number, Suite.AESGCM_SHA256);
  }

  SimulatedNode node(int number, Suite suite) {
    return node(number, suite, Driver.EPOLL, 1);
  }

  SimulatedNode node(int number, Suite suite, Driver driver, int shards) {
    SimulatedNode node = new SimulatedNode(number, folder, suite, driver, shards);
    nodes.add(node);
    return node;
  }

  /** The node dies and does not come back. */
  void kill(SimulatedNode node) {
    node.close();
    nodes.remove(node);
  }

  /** The node dies, and one with its identity and state folder starts elsewhere. */
  SimulatedNode restart(SimulatedNode node) {
    kill(node);
    SimulatedNode again = node(node.number);
    bags.forEach(bag -> bag.replace(node, again));
    return again;
  }

  LossyLink link(SimulatedNode left, SimulatedNode right, LossyLink.Weather weather) {
    LossyLink link = new LossyLink(left, right, weather, seed);
    links.add(link);
    return link;
  }

  Mailbag bag(SimulatedNode from, SimulatedNode to) {
    Mailbag bag = new Mailbag(seed, from, to);
    bags.add(bag);
    return bag;
  }

  void connect(SimulatedNode caller, SimulatedNode called) {
    called.knows(caller);
    caller.calls(called, called.endpoint());
    awaitConnected(caller, called);
  }

  void awaitConnected(SimulatedNode one, SimulatedNode other) {
    Await.until(
        () -> one.isConnectedTo(other) && other.isConnectedTo(one),
        () -> failure(one.report(other) + " and " + other.report(one)));
  }

  void collect() {
    nodes.forEach(node -> Mailbag.collect(node, bags));
  }

  /** Until everything that was sent has come. */
  void awaitAll() {
    Await.until(
        () -> {
          collect();
          return bags.stream().allMatch(Mailbag::isComplete);
        },
        () ->
            failure(
                "not all arrived: "
                    + bags.stream().filter(bag -> !bag.isComplete()).toList()
                    + nodes.stream().map(node -> node.control.snapshot().counters()).toList()));
  }

  /** Both ways, everything arrives. */
  void exchange(Mailbag there, Mailbag back, int packets) {
    there.send(packets);
    back.send(packets);
    awaitAll();
  }

  String failure(String what) {
    return "seed " + seed + ": " + what;
  }

  @Override
  public void close() {
    links.forEach(LossyLink::close);
    nodes.forEach(SimulatedNode::close);
  }
}
