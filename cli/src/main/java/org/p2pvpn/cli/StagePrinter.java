package org.p2pvpn.cli;

import java.io.PrintStream;

/** {@code ✔ name detail}, a line for each stage, to the person who waits. Any thread. */
final class StagePrinter implements NodeRuntime.Stages {
  private final PrintStream err;
  private final Marks marks;
  private final SdNotify notify;

  StagePrinter(Console console, boolean color, SdNotify notify) {
    this.err = console.err();
    this.marks = new Marks(console.utf8(), color);
    this.notify = notify;
  }

  @Override
  public void stage(String name, String detail) {
    err.printf("%s %-13s %s%n", marks.good(), name, detail);
    notify.status(name + " " + detail);
  }

  void waiting(String name, String detail) {
    err.printf("%s %-13s %s%n", marks.warning(), name, detail);
    notify.status(name + " " + detail);
  }
}
