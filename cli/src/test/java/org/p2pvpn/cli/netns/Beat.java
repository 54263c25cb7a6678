package org.p2pvpn.cli.netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link BeatMain} on a host, and its echo on another. */
final class Beat implements AutoCloseable {
  private static final Pattern ANSWER =
      Pattern.compile(
          "gap (\\S+) lost (\\d+) sent (\\d+) broken (\\d+) stall (\\d+) new (\\S+) failed (\\S+) at (\\S+)");

  /**
   * What happened between begin and end, in milliseconds.
   *
   * @param gap the longest time without an answer
   * @param broken TCP connections that ended
   * @param stall the longest time in which a TCP connection that goes on heard nothing
   * @param firstNew from the event until a new connection was answered; -1: never
   * @param failed from the event until each connection failed, the last one's, which only listens,
   *     included; -1: not
   * @param gapBegan from the event until the last answer before the gap
   */
  record Seen(
      double gap,
      int lost,
      int sent,
      int broken,
      int stall,
      int firstNew,
      List<Integer> failed,
      int gapBegan) {}

  private final Process process;
  private final BufferedReader answers;

  private Beat(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  static void echoOn(Namespace host) {
    host.start(Namespace.javaCommand(BeatMain.class, "echo"));
    Shell.waitFor("an echo on " + host.label(), () -> host.listens("udp", 7));
  }

  static Beat from(Namespace host, String address, int perSecond) {
    String[] command = Namespace.javaCommand(BeatMain.class, "beat", address, "" + perSecond);
    try {
      Beat beat =
          new Beat(
              host.own(
                  new ProcessBuilder(host.inside(command))
                      .redirectError(ProcessBuilder.Redirect.INHERIT)
                      .start()));
      beat.answer();
      return beat;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void begin() {
    tell("begin");
  }

  /** Now; new connections are tried from here on. */
  void event(long nanos) {
    tell("event " + nanos);
  }

  Seen end() {
    tell("end");
    String line = answer();
    Matcher found = ANSWER.matcher(line);
    if (!found.matches()) {
      throw new AssertionError(line);
    }
    List<Integer> failed = new ArrayList<>();
    for (String one : found.group(7).split(",", -1)) {
      failed.add(Integer.parseInt(one));
    }
    return new Seen(
        Double.parseDouble(found.group(1)),
        number(found, 2),
        number(found, 3),
        number(found, 4),
        number(found, 5),
        number(found, 6),
        failed,
        number(found, 8));
  }

  private static int number(Matcher found, int group) {
    return Integer.parseInt(found.group(group));
  }

  private void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new AssertionError("the beat ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
