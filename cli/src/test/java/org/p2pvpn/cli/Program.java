package org.p2pvpn.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A program that is not ours, run to its end; both its streams together. */
record Program(int exit, String output) {
  static Program run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Program(process.waitFor(), output);
  }

  /** Skips the test aloud where the program is missing. */
  static void needs(String name) {
    boolean found = Files.isExecutable(Path.of("/usr/bin", name));
    if (!found) {
      System.err.println("SKIPPED: needs the program " + name);
    }
    assumeTrue(found, "SKIPPED: needs the program " + name);
  }
}
