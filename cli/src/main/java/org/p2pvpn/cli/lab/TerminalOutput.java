package org.p2pvpn.cli.lab;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** One picture, drawn over itself. */
final class TerminalOutput implements LabOutput {
  private static final String ERASE_DOWN = "\u001b[J";

  /** A line that is too long is cut: a wrapped one would make the picture higher than we count. */
  private static final String WRAP_OFF = "\u001b[?7l";

  private static final String WRAP_ON = "\u001b[?7h";

  private final PrintStream out;
  private final LabText text;
  private final PlainOutput lines;
  private int drawn;

  TerminalOutput(PrintStream out, LabText text) {
    this.out = out;
    this.text = text;
    this.lines = new PlainOutput(out, text);
  }

  @Override
  public void stage(long elapsedMillis, Check check) {
    erase();
    lines.stage(elapsedMillis, check);
  }

  @Override
  public void note(String sentence) {
    erase();
    lines.note(sentence);
  }

  @Override
  public void show(LabSnapshot now) {
    List<String> picture = picture(now);
    erase();
    out.print(WRAP_OFF);
    picture.forEach(out::println);
    out.print(WRAP_ON);
    out.flush();
    drawn = picture.size();
  }

  private void erase() {
    if (drawn > 0) {
      out.print("\u001b[" + drawn + "A" + ERASE_DOWN);
      drawn = 0;
    }
  }

  private List<String> picture(LabSnapshot now) {
    List<String> picture = new ArrayList<>();
    picture.add("");
    picture.add(
        " p2pvpn lab %1$s %3$d nodes %1$s 1 web site %1$s all inside this machine %1$s %2$s"
            .formatted(text.dot(), LabText.seconds(now.elapsedMillis()), now.nodes()));
    for (Flow.Shown flow : now.flows()) {
      picture.add(
          "   %-32s %9s  %-20s %s"
              .formatted(
                  way(flow.name()),
                  LabText.millis(flow.rttNanos()),
                  text.sparkline(flow.history()),
                  LabText.rate(flow.bitsPerSecond())));
    }
    for (HopTimes.Shown hop : now.hops()) {
      picture.add(
          "   %-32s %9s  %-20s"
              .formatted(
                  "  to %s (%s) and back".formatted(hop.name(), hop.role()),
                  LabText.millis((long) (hop.rttMillis() * 1e6)),
                  text.sparkline(hop.history())));
    }
    for (Check check : now.checks()) {
      picture.add("   %-13s %s %s".formatted(check.name(), check.detail(), mark(check)));
    }
    picture.add(" q and Enter, or Ctrl-C: everything is removed");
    return picture;
  }

  private String mark(Check check) {
    return text.sign(check.passed());
  }

  /** "alice > exit - site" with arrows: the overlay's is double, the bare internet's single. */
  private String way(String name) {
    return name.replace(">", text.tunnel()).replace(" - ", " " + text.wire() + " ");
  }

  @Override
  public void end(LabSnapshot last, List<Check> checks, boolean passed) {
    erase();
    show(last);
    drawn = 0;
    lines.end(last, checks, passed);
  }
}
