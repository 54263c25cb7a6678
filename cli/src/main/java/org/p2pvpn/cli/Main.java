package org.p2pvpn.cli;

/** The process's first class. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Cli cli = new Cli(Console.ofProcess(), OverlayRuntime::new);
    System.exit(cli.run(arguments));
  }
}
