package org.p2pvpn.overlay.host;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Consecutive changes through one `ip -batch -`: starting a process costs more than the change, and
 * `up` makes a dozen.
 */
final class IpBatch {
  /** iproute2, lib/utils.c, do_batch: the number is the line's, from one. */
  private static final Pattern FAILED_LINE = Pattern.compile("Command failed -:(\\d+)");

  /** What `ip` answers when there is nothing left to take back. */
  private static final List<String> GONE =
      List.of(
          "No such process",
          "No such file or directory",
          "Cannot find device",
          "Cannot assign requested address",
          "ddress not found",
          "No such device",
          "table does not exist");

  /** Stopped in the middle: {@code made} lines were done before the failing one. */
  static final class Stopped extends Exception {
    private static final long serialVersionUID = 1L;
    private final int made;
    private final HostException failure;

    Stopped(int made, HostException failure) {
      super(failure);
      this.made = made;
      this.failure = failure;
    }

    int made() {
      return made;
    }

    HostException failure() {
      return failure;
    }
  }

  /** The end of the run of changes from {@code begin} that one process can make. */
  static int end(List<JournalEntry> entries, int begin) {
    int end = begin;
    while (end < entries.size()
        && entries.get(end).change() instanceof HostChange.IpChange change
        && entries.get(begin).change() instanceof HostChange.IpChange first
        && change.needsIpv6Option() == first.needsIpv6Option()) {
      end++;
    }
    return end;
  }

  static void make(HostCommands commands, List<JournalEntry> entries, boolean ipv6) throws Stopped {
    List<String> lines = new ArrayList<>();
    for (JournalEntry entry : entries) {
      if (entry.change() instanceof HostChange.IpChange change) {
        lines.add(change.ipLine());
      }
    }
    List<String> command = ipv6 ? List.of("ip", "-6", "-batch", "-") : List.of("ip", "-batch", "-");
    HostCommands.Outcome outcome = commands.run(command, text(lines));
    if (outcome.succeeded()) {
      return;
    }
    Matcher failed = FAILED_LINE.matcher(outcome.errors());
    int made = failed.find() ? Integer.parseInt(failed.group(1)) - 1 : 0;
    // The batch is ours to know; the operator gets the command that failed.
    List<String> failing = new ArrayList<>(List.of(ipv6 ? "ip -6" : "ip"));
    failing.addAll(List.of(lines.get(Math.min(made, lines.size() - 1)).split(" ")));
    String reason = FAILED_LINE.matcher(outcome.errors()).replaceAll("").strip();
    throw new Stopped(
        made,
        CommandFailure.explain(
            new HostCommands.Outcome(failing, outcome.status(), outcome.output(), reason)));
  }

  /** Takes back as much as it can; an answer a line: empty when done, else the obstacle. */
  static List<String> takeBack(HostCommands commands, List<String> lines, boolean ipv6) {
    List<String> command =
        ipv6
            ? List.of("ip", "-6", "-force", "-batch", "-")
            : List.of("ip", "-force", "-batch", "-");
    HostCommands.Outcome outcome = commands.run(command, text(lines));
    List<String> obstacles = new ArrayList<>();
    lines.forEach(_ -> obstacles.add(""));
    String said = "";
    for (String line : outcome.errors().lines().toList()) {
      Matcher failed = FAILED_LINE.matcher(line);
      if (!failed.find()) {
        said = line;
        continue;
      }
      int index = Integer.parseInt(failed.group(1)) - 1;
      if (GONE.stream().noneMatch(said::contains) && index < lines.size()) {
        obstacles.set(index, "ip " + lines.get(index) + ": " + said);
      }
    }
    return obstacles;
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private IpBatch() {}
}
