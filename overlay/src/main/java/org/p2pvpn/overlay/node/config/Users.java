package org.p2pvpn.overlay.node.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.host.HostCommands;

/** The users of this host; those of a directory service by asking {@code id}. */
class Users {
  private static final Path PASSWD = Path.of("/etc/passwd");

  private final Map<String, Long> local = new HashMap<>();

  static Users ofHost() {
    try {
      return new Users(Files.readString(PASSWD, StandardCharsets.ISO_8859_1));
    } catch (IOException | UncheckedIOException _) {
      return new Users("");
    }
  }

  Users(String passwd) {
    for (String line : passwd.lines().toList()) {
      String[] fields = line.split(":", -1);
      if (fields.length > 2 && fields[2].matches("[0-9]{1,10}")) {
        local.put(fields[0], Long.parseLong(fields[2]));
      }
    }
  }

  /** A name's, or the number that stands in its place; -1 for nobody. */
  long uid(String name) {
    Long known = local.get(name);
    if (known != null) {
      return known;
    }
    if (name.matches("[0-9]{1,9}")) {
      return Long.parseLong(name);
    }
    HostCommands.Outcome outcome = new HostCommands().run(List.of("id", "-u", "--", name), "");
    String answer = outcome.output().strip();
    return outcome.succeeded() && answer.matches("[0-9]{1,10}") ? Long.parseLong(answer) : -1;
  }

  List<String> names() {
    return new ArrayList<>(local.keySet());
  }
}
