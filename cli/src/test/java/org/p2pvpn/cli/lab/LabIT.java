package org.p2pvpn.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The built product shows itself, and leaves nothing. */
@Timeout(180)
class LabIT {
  private static final Path LAUNCHER = Path.of("..", "p2pvpn").toAbsolutePath().normalize();

  private record Ended(int exit, List<String> lines) {
    JsonNode last() {
      return JsonMapper.builder().build().readTree(lines.getLast());
    }
  }

  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void needsRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root for namespaces");
  }

  @AfterEach
  void nothingStays() throws Exception {
    started.forEach(Process::destroyForcibly);
    for (Process process : started) {
      process.waitFor();
    }
    if (!started.isEmpty()) {
      end(start("--clean"));
    }
  }

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "lab"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .start();
    started.add(process);
    return process;
  }

  private static Ended end(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), output.lines().toList());
  }

  @Test
  void everythingItClaimsIsSoAndNothingIsLeft() throws Exception {
    Process process = start("--duration", "3s", "--json");
    Ended lab = end(process);
    JsonNode result = lab.last().path("result");
    assertThat(lab.exit()).as(lab.lines().toString()).isZero();
    assertThat(result.path("schema").intValue()).isEqualTo(1);
    assertThat(result.path("passed").booleanValue()).isTrue();
    assertThat(result.path("packetsInClear").intValue()).isZero();
    assertThat(result.path("uplinkBefore").path("clear").intValue()).isPositive();
    assertThat(result.path("siteSaw").toString())
        .isEqualTo("[\"203.0.4.2\",\"2a01:db8:4::2\",\"80.7.1.2\",\"2a80:db8:1::2\"]");
    relayDiedAndTheConnectionDidNot(result);
    assertThat(result.path("flows")).allMatch(flow -> flow.path("bytes").longValue() > 1_000_000);
    assertThat(LabClean.isGone(new LabPlace(process.pid()))).isTrue();
  }

  private static void relayDiedAndTheConnectionDidNot(JsonNode result) {
    JsonNode circuit = result.path("circuit");
    assertThat(circuit.path("path")).hasSize(2);
    assertThat(circuit.path("silenceMillis").doubleValue()).isPositive().isLessThan(1000);
    assertThat(circuit.path("packetsLost").longValue()).isPositive().isLessThan(1000);
    assertThat(circuit.path("tcpBytesBefore").longValue()).isPositive();
    assertThat(circuit.path("tcpBytesAfter").longValue())
        .isGreaterThan(circuit.path("tcpBytesBefore").longValue());
    assertThat(circuit.path("newPath").toString())
        .contains("erin")
        .doesNotContain(circuit.path("killed").stringValue());
    assertThat(result.path("checks").valueStream().map(check -> check.path("name").stringValue()))
        .contains("gap", "connection", "new path");
  }

  @Test
  void manyNodesOnALossyInternetAndAHopThatDies() throws Exception {
    Process process =
        start(
            "--nodes",
            "6",
            "--hops",
            "3",
            "--delay",
            "10ms",
            "--loss",
            "1%",
            "--jitter",
            "2ms",
            "--seed",
            "7",
            "--nat",
            "port-restricted",
            "--json");
    Ended lab = end(process);
    JsonNode result = lab.last().path("result");
    assertThat(lab.exit()).as(lab.lines().toString()).isZero();
    assertThat(result.path("passed").booleanValue()).isTrue();
    assertThat(result.path("packetsInClear").intValue()).isZero();
    assertThat(result.path("hops")).hasSize(3);
    // There and back by the three links before the exit.
    assertThat(result.path("hops").path(2).path("rttMillis").doubleValue()).isGreaterThan(50);
    assertThat(result.path("hops").path(2).path("history")).isNotEmpty();
    assertThat(result.path("circuit").path("path")).hasSize(3);
    assertThat(result.path("circuit").path("newPath").toString())
        .doesNotContain(result.path("circuit").path("killed").stringValue());
    assertThat(result.path("checks").valueStream().map(check -> check.path("name").stringValue()))
        .contains("gap", "connection", "new path", "hidden", "in clear", "removed");
    assertThat(LabClean.isGone(new LabPlace(process.pid()))).isTrue();
  }

  @Test
  void aKilledOneWithAnEmulatedInternetIsRemoved() throws Exception {
    Process killed = start("--nodes", "4", "--delay", "5ms", "--json");
    awaitDaemon(killed, "erin");
    killed.destroyForcibly().waitFor();
    LabPlace dead = new LabPlace(killed.pid());
    assertThat(LabClean.isGone(dead)).isFalse();
    assertThat(end(start("--clean")).lines()).contains("removed the lab " + killed.pid());
    assertThat(LabClean.isGone(dead)).isTrue();
  }

  @Test
  void whatAKilledOneLeftIsRemovedAndARunningOneIsNot() throws Exception {
    Process killed = start("--duration", "60s", "--json");
    Process running = start("--duration", "6s", "--hops", "1", "--json");
    awaitDaemon(running, "alice");
    awaitDaemon(killed, "alice");
    killed.destroyForcibly().waitFor();
    LabPlace dead = new LabPlace(killed.pid());
    assertThat(LabClean.isGone(dead)).isFalse();
    Ended clean = end(start("--clean"));
    assertThat(clean.lines()).contains("removed the lab " + killed.pid());
    assertThat(clean.exit()).isZero();
    assertThat(LabClean.isGone(dead)).isTrue();
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(
            process -> process.info().commandLine().orElse("").contains(dead.folder() + "/"));
    Ended other = end(running);
    assertThat(other.exit()).as(other.lines().toString()).isZero();
  }

  @Test
  void anInterruptRemovesEverything() throws Exception {
    Process process = start("--duration", "60s");
    awaitDaemon(process, "alice");
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(LabClean.isGone(new LabPlace(process.pid()))).isTrue();
  }

  /** Until there is most to remove: namespaces, folders, and a daemon that runs. */
  private static void awaitDaemon(Process process, String folder) throws InterruptedException {
    Path socket = new LabPlace(process.pid()).folder().resolve(folder + "/sock");
    for (int i = 0; i < 600 && !Files.exists(socket); i++) {
      Thread.sleep(50);
    }
    assertThat(socket).exists();
  }
}
