package org.p2pvpn.cli.lab;

import java.io.BufferedReader;
import java.io.PrintStream;

/**
 * What the lab needs of its surroundings.
 *
 * @param interactive whether a person sees the output and can type
 */
public record LabConsole(
    PrintStream out, BufferedReader in, boolean terminal, boolean interactive, LabLook look) {
  /** How text may look. */
  public record LabLook(boolean utf8, boolean color) {}
}
