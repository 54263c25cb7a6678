package org.p2pvpn.cli;

/** The process's first class. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(2);
  }
}
