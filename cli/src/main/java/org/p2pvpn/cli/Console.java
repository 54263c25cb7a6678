package org.p2pvpn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process's surroundings, so that tests can have others: data goes to {@code out}, talk to
 * {@code err}.
 *
 * @param outTerminal whether a person reads {@code out}
 * @param inTerminal whether a person can answer
 */
record Console(
    PrintStream out,
    PrintStream err,
    BufferedReader in,
    Map<String, String> environment,
    boolean outTerminal,
    boolean inTerminal) {
  private static final int WIDTH_UNKNOWN = 100;

  static Console ofProcess() {
    Map<String, String> environment = System.getenv();
    Charset charset = isUtf8(environment) ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    return new Console(
        new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, charset),
        new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, charset),
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
        environment,
        isTerminal(1),
        isTerminal(0));
  }

  static Console ofTest(PrintStream out, PrintStream err, Map<String, String> environment) {
    return new Console(
        out, err, new BufferedReader(new StringReader("")), environment, false, false);
  }

  /** As glibc has it: LC_ALL beats LC_CTYPE beats LANG. No locale at all is ours: UTF-8. */
  private static boolean isUtf8(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.contains("utf-8") || lower.contains("utf8");
      }
    }
    return true;
  }

  /** Cheaper than System.console(), which loads a line editor. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  /** NO_COLOR by its convention: any text that is not empty. */
  boolean color() {
    return outTerminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  boolean utf8() {
    return out.charset().equals(StandardCharsets.UTF_8);
  }

  boolean debug() {
    return environment.getOrDefault("P2PVPN_DEBUG", "").equals("1");
  }

  boolean underSystemd() {
    return environment.containsKey("NOTIFY_SOCKET");
  }

  int width() {
    if (!outTerminal) {
      return 1000;
    }
    @Nullable String size = sizeOfTerminal();
    int space = size == null ? -1 : size.indexOf(' ');
    try {
      return size == null || space < 0
          ? WIDTH_UNKNOWN
          : Integer.parseInt(size.substring(space + 1));
    } catch (NumberFormatException _) {
      return WIDTH_UNKNOWN;
    }
  }

  private static @Nullable String sizeOfTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException _) {
      return null;
    }
  }
}
