package org.p2pvpn.cli;

/** The program with a {@link FakeRuntime}, as a process of its own. */
public final class FakeMain {
  private FakeMain() {}

  public static void main(String[] arguments) {
    System.exit(new Cli(Console.ofProcess(), FakeRuntime::new).run(arguments));
  }
}
