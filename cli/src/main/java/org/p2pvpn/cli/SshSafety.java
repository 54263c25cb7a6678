package org.p2pvpn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Whole-host routing cuts the SSH session it is typed in: the answers would leave by the exit. Asks
 * the person, or refuses where nobody can answer.
 */
final class SshSafety {
  static final String ACCEPTED = "lose-ssh";

  /** What follows in SSH_CONNECTION: client address, client port, server address, server port. */
  private static final int SERVER_ADDRESS = 2;

  private SshSafety() {}

  /** Whose session it is, or empty. */
  static String client(Console console) {
    String connection = console.environment().getOrDefault("SSH_CONNECTION", "");
    return connection.replaceFirst(" .*", "");
  }

  static void check(CommandLine command, Console console, @Nullable String acceptRisk) {
    if (acceptRisk != null && !acceptRisk.equals(ACCEPTED)) {
      throw new ParameterException(
          command, "--accept-risk: expected \"%s\", found \"%s\"".formatted(ACCEPTED, acceptRisk));
    }
    if (acceptRisk != null || console.underSystemd() || !wouldCut(console)) {
      return;
    }
    if (console.inTerminal()) {
      console.err().print("this would cut the SSH session you are in; go on? [y/N] ");
      console.err().flush();
      if (answersYes(console)) {
        return;
      }
    }
    throw new ParameterException(
        command,
        "this would cut the SSH session it was started from; nothing was changed; to go on:"
            + " --accept-risk="
            + ACCEPTED);
  }

  private static boolean answersYes(Console console) {
    try {
      String answer = console.in().readLine();
      return answer != null
          && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean wouldCut(Console console) {
    String connection = console.environment().getOrDefault("SSH_CONNECTION", "");
    if (!connection.isEmpty()) {
      return !staysUp(connection);
    }
    // sudo and tmux lose the variable; the process tree does not forget as easily.
    return hasAncestorSshd(ProcessHandle.current());
  }

  /** A session that came through the overlay, or from this very host, goes on. */
  private static boolean staysUp(String connection) {
    List<String> parts = List.of(connection.split(" ", -1));
    String server = parts.size() > SERVER_ADDRESS ? parts.get(SERVER_ADDRESS) : "";
    return server.startsWith("fd70:")
        || server.startsWith("127.")
        || server.equals("::1")
        || server.matches("24[0-7]\\..*");
  }

  static boolean hasAncestorSshd(ProcessHandle process) {
    Optional<ProcessHandle> ancestor = process.parent();
    while (ancestor.isPresent()) {
      if (name(ancestor.get().pid()).startsWith("sshd")) {
        return true;
      }
      ancestor = ancestor.get().parent();
    }
    return false;
  }

  private static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    } catch (IOException _) {
      return "";
    }
  }
}
