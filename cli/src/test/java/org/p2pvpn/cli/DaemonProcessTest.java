package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: the daemon's start, its second self, its end. */
@Timeout(120)
class DaemonProcessTest {
  @TempDir Path folder;

  private record Ended(int exit, String out, String err) {}

  @BeforeEach
  void needsTheRight() {
    assumeTrue(Privileges.mayChangeHost(), "needs CAP_NET_ADMIN");
  }

  @AfterEach
  void stopWhatIsLeft() throws Exception {
    run("down");
  }

  private ProcessBuilder command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.p2pvpn.cli.FakeMain"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("P2PVPN_STATE", folder.resolve("state").toString());
    builder.environment().put("P2PVPN_SOCKET", folder.resolve("s").toString());
    builder.environment().remove("NOTIFY_SOCKET");
    return builder;
  }

  private Ended run(String... arguments) throws Exception {
    File out = Files.createTempFile(folder, "out", "").toFile();
    File err = Files.createTempFile(folder, "err", "").toFile();
    Process process = command(arguments).redirectOutput(out).redirectError(err).start();
    int exit = process.waitFor();
    return new Ended(
        exit,
        Files.readString(out.toPath(), StandardCharsets.UTF_8),
        Files.readString(err.toPath(), StandardCharsets.UTF_8));
  }

  @Test
  void detachedItWorksUntilDown() throws Exception {
    Ended up = run("up", "--detach");
    assertThat(up.exit()).as(up.err()).isZero();
    assertThat(up.err()).contains("identity").contains("running in the background, pid ");
    assertThat(up.out()).isEqualTo("sudo p2pvpn up '" + FakeRuntime.INVITE + "'\n");
    assertThat(folder.resolve("state/p2pvpn.log")).content().doesNotContain("TOKEN");
    Ended second = run("up");
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.err()).contains("already running, pid ").contains("; try: p2pvpn status");
    assertThat(run("status", "--check").exit()).isZero();
    Ended down = run("down");
    assertThat(down.exit()).as(down.err()).isZero();
    assertThat(run("status").exit()).isEqualTo(3);
    Ended again = run("up", "--detach", "--no-wait");
    assertThat(again.exit()).as(again.err()).isZero();
  }

  @Test
  void detachedItPassesOnWhyItDidNotStart() throws Exception {
    Ended up = run("up", "--detach", "--name", "busy");
    assertThat(up.exit()).isEqualTo(1);
    assertThat(up.err()).contains("UDP port 28790 is in use; try: p2pvpn up --listen 0");
  }

  @Test
  void aNodeThatCannotInviteStillRuns() throws Exception {
    Ended up = run("up", "--detach", "--no-wait", "--name", "lonely", "--timeout", "200ms");
    assertThat(up.exit()).as(up.err()).isZero();
    assertThat(up.out()).isEmpty();
    assertThat(up.err()).contains("no invite: this host has no address");
    assertThat(run("status", "--check").exit()).isEqualTo(4);
    assertThat(run("down").exit()).isZero();
  }

  @Test
  void inTheForegroundATermSignalStopsItCleanly() throws Exception {
    Process up = command("up", "--name", "lonely", "--no-wait").start();
    for (int i = 0; i < 200 && !Files.exists(folder.resolve("s")); i++) {
      Thread.sleep(50);
    }
    assertThat(run("status", "--check").exit()).isEqualTo(4);
    up.destroy();
    assertThat(up.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(143);
    assertThat(folder.resolve("s")).doesNotExist();
  }
}
