package org.p2pvpn.cli.lab;

import org.jspecify.annotations.Nullable;

/** What alice's traffic process is told to do. Any thread may ask; without a process nothing is. */
final class Asker {
  private volatile @Nullable Traffic client;

  /** Those that are asked from here on; the one before is ended. */
  void use(@Nullable Traffic next) {
    Traffic before = client;
    client = next;
    if (before != null) {
      before.close();
    }
  }

  void who(String address) {
    ask("who " + address);
  }

  void stream(String address, String direction) {
    ask("stream " + address + " " + direction);
  }

  void ping(String address) {
    ask("ping " + address);
  }

  /** A thousand packets a second to an echo there. */
  void tick(String address) {
    ask("tick " + address);
  }

  /** Counts what of them is lost, from {@code begin} to {@code end}. */
  void gap(String address, String word) {
    ask("gap " + address + " " + word);
  }

  private void ask(String line) {
    Traffic asking = client;
    if (asking != null) {
      asking.ask(line);
    }
  }
}
