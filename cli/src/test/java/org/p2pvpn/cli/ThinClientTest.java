package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.overlay.admin.AdminServer;

/** Status must be there at once: it loads nothing that it does not need. */
class ThinClientTest {
  @TempDir Path folder;

  private String classesLoadedBy(String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-verbose:class",
            "-cp",
            System.getProperty("java.class.path"),
            "org.p2pvpn.cli.FakeMain",
            command,
            "--socket",
            folder.resolve("s").toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "peers"})
  void loadsNoNettyNoJacksonNoLogbackNoToml(String command) throws Exception {
    try (AdminServer _ = AdminServer.start(folder.resolve("s"), new FakeRuntime.Node("up"))) {
      assertThat(classesLoadedBy(command))
          .contains("org.p2pvpn.cli.AdminClient")
          .doesNotContain(
              " io.netty.", " tools.jackson.", " ch.qos.logback.", " org.slf4j.", " org.tomlj.");
    }
  }

  @Test
  void itsExitTellsWhenThereIsNoDaemon() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                "org.p2pvpn.cli.FakeMain",
                "status",
                "--socket",
                folder.resolve("none").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).isEqualTo("p2pvpn: not running; start it: sudo p2pvpn up\n");
    assertThat(process.waitFor()).isEqualTo(3);
  }
}
