package org.p2pvpn.cli.lab;

import java.io.PrintStream;
import java.util.List;

/** A line for each thing that happens: for logs, pipes and tests. */
final class PlainOutput implements LabOutput {
  private static final int LINE_EVERY_MILLIS = 1000;

  private final PrintStream out;
  private final LabText text;
  private long shownAtMillis;

  PlainOutput(PrintStream out, LabText text) {
    this.out = out;
    this.text = text;
  }

  @Override
  public void stage(long elapsedMillis, Check check) {
    out.printf(
        "%s %-19s %s (%s)%n",
        text.sign(check.passed()), check.name(), check.detail(), LabText.seconds(elapsedMillis));
  }

  @Override
  public void note(String sentence) {
    out.println(sentence);
  }

  @Override
  public void show(LabSnapshot now) {
    if (now.elapsedMillis() - shownAtMillis < LINE_EVERY_MILLIS) {
      return;
    }
    shownAtMillis = now.elapsedMillis();
    StringBuilder line = new StringBuilder("  ");
    for (Flow.Shown flow : now.flows()) {
      line.append(flow.name())
          .append(": ")
          .append(LabText.rate(flow.bitsPerSecond()))
          .append(", ping ")
          .append(LabText.millis(flow.rttNanos()))
          .append("; ");
    }
    for (HopTimes.Shown hop : now.hops()) {
      line.append(hop.name())
          .append(' ')
          .append(LabText.millis((long) (hop.rttMillis() * 1e6)))
          .append(' ')
          .append(text.sparkline(hop.history()))
          .append("; ");
    }
    out.println(line + "in clear: " + now.since().clear());
  }

  @Override
  public void end(LabSnapshot last, List<Check> checks, boolean passed) {
    for (Check check : checks) {
      out.printf("%s %-19s %s%n", text.sign(check.passed()), check.name(), check.detail());
    }
    out.println(
        passed ? "the lab is right" : "the lab is NOT right: see the lines above that say so");
  }
}
