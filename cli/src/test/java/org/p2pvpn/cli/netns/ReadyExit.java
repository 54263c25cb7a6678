package org.p2pvpn.cli.netns;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An exit that serves, and an alice who may use it: what the tests of her daemon's life begin with.
 * She has been up once, since the kernel's own lists grow when nft is first used, and that is not
 * ours to undo.
 */
final class ReadyExit implements AutoCloseable {
  final Topology net = Topology.open();
  private final String invite;
  private final Snapshot before;

  ReadyExit() {
    try {
      invite = Topology.invite(net.startExit());
      up().awaitUp().down();
      before = Snapshot.of(net.alice());
    } catch (RuntimeException | AssertionError e) {
      net.close();
      throw e;
    }
  }

  Namespace alice() {
    return net.alice();
  }

  /** An invite for any number of guests. */
  String invite() {
    return invite;
  }

  /** {@code up} with the exit and the invite, and these words besides. */
  String[] words(String... more) {
    List<String> words = new ArrayList<>(List.of("up", "--exit", "exit", invite));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  Daemon up() {
    return up(Map.of());
  }

  Daemon up(Map<String, String> environment) {
    return new Daemon(alice(), environment, Daemon.command(alice(), words()));
  }

  /** Alice's host is as it was before her daemon's second start. */
  void mustBeAsBefore(String when) {
    Snapshot.of(alice()).mustEqual(before, when);
  }

  Snapshot before() {
    return before;
  }

  @Override
  public void close() {
    net.close();
  }
}
