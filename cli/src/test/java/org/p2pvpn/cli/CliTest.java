package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.cli.DoctorProbe.Level;
import org.p2pvpn.overlay.admin.AdminServer;

@Timeout(60)
class CliTest {
  @TempDir Path folder;
  private final FakeRuntime runtime = new FakeRuntime();
  private final FakeRuntime.Node node = new FakeRuntime.Node("up");
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private @Nullable AdminServer server;

  @BeforeEach
  void surroundings() {
    environment.put("P2PVPN_SOCKET", folder.resolve("s").toString());
    environment.put("P2PVPN_STATE", folder.resolve("state").toString());
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private void serve() {
    server = AdminServer.start(folder.resolve("s"), node);
  }

  private int run(String... arguments) {
    outBytes.reset();
    errBytes.reset();
    PrintStream out = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(errBytes, true, StandardCharsets.UTF_8);
    return new Cli(Console.ofTest(out, err, environment), () -> runtime).run(arguments);
  }

  private String out() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status", "peers", "invite", "ping bob", "status --json", "status --check"})
  void saysHowToStartItWhenItDoesNotRun(String command) {
    assertThat(run(command.split(" ", -1))).isEqualTo(3);
    assertThat(err()).isEqualTo("p2pvpn: not running; start it: sudo p2pvpn up\n");
    assertThat(out()).isEmpty();
  }

  @Test
  void statusPrintsForPeopleAndForPrograms() {
    serve();
    assertThat(run("status")).isZero();
    assertThat(out()).contains("state        up").contains("bob").doesNotContain("\u001b");
    assertThat(run("status", "--json")).isZero();
    assertThat(out()).startsWith("{").contains("\"schema\":1").endsWith("}\n").hasLineCount(1);
    assertThat(run("peers", "--json")).isZero();
    assertThat(out()).startsWith("{\"schema\":1,\"peers\":[");
  }

  @ParameterizedTest
  @CsvSource({"up,0", "connecting,4", "blocked,4", "degraded,5"})
  void checkTellsTheStateByItsExitCode(String state, int exit) {
    serve();
    node.state = state;
    assertThat(run("status", "--check")).isEqualTo(exit);
    assertThat(out()).isEmpty();
    assertThat(run("status", "--check", "--json")).isEqualTo(exit);
    assertThat(out()).contains(state);
  }

  @Test
  void inviteIsDataAndTheHintIsTalk() {
    serve();
    assertThat(run("invite")).isZero();
    assertThat(out()).isEqualTo(FakeRuntime.INVITE + "\n");
    assertThat(err()).contains("sudo p2pvpn up '" + FakeRuntime.INVITE + "'");
    assertThat(run("invite", "--qr", "--life", "7d", "--reusable")).isZero();
    assertThat(out()).contains("█").endsWith(FakeRuntime.INVITE + "\n");
    assertThat(run("invite", "--life", "soon")).isEqualTo(2);
    assertThat(err()).contains("--life: expected a duration such as 30s, 5m or 1h, found \"soon\"");
  }

  @Test
  void pingCountsItsAnswers() {
    serve();
    assertThat(run("ping", "--count", "3", "--interval", "1ms", "bob")).isZero();
    assertThat(out())
        .isEqualTo(
            "bob: 2.00 ms\n".repeat(3) + "3 sent, 3 answered, min/avg/max 2.00/2.00/2.00 ms\n");
    assertThat(run("ping", "-c", "1", "deaf")).isEqualTo(4);
    assertThat(run("ping", "-c", "1", "\"\\\n\u00e9")).isEqualTo(1);
    assertThat(err()).contains("no peer is called").contains("; try: p2pvpn peers");
  }

  @Test
  void usageErrorsAreShortAndSuggest() {
    assertThat(run("sttus")).isEqualTo(2);
    assertThat(err()).contains("Did you mean: p2pvpn status?").contains("see: p2pvpn --help");
    assertThat(run("up", "--exitt", "bob")).isEqualTo(2);
    assertThat(err()).contains("see: p2pvpn up --help").hasLineCount(3);
    assertThat(run("serve")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "down",
        "status",
        "peers",
        "invite",
        "ping",
        "serve",
        "config",
        "config check",
        "config show",
        "doctor",
        "cleanup",
        "completion",
        "man",
        "id",
        "lab",
        "version"
      })
  void helpHasExamplesBeforeTheOptions(String command) {
    assertThat(run((command + " --help").split(" ", -1))).isZero();
    assertThat(out().indexOf("Examples:")).isPositive().isLessThan(out().indexOf("Usage:"));
  }

  @Test
  void aCommandThatDoesNotExistHasNoPage() {
    assertThat(run("man", "upp")).isEqualTo(2);
    assertThat(err()).contains("no command is called \"upp\"").contains("see: p2pvpn man --help");
    assertThat(run("man", "rehearse")).isEqualTo(2);
    assertThat(run("man", "config", "check")).isZero();
    assertThat(out()).startsWith(".TH \"P2PVPN\\-CONFIG\\-CHECK\" 1 ");
  }

  @Test
  void dryRunPrintsCommandsAndNeedsNoRoot() {
    assertThat(run("up", "--dry-run", "--interface", "p2p7")).isZero();
    assertThat(out()).isEqualTo("[#] ip link add p2p7\n");
  }

  @Test
  void aBadConfigIsToldWithPlaceAndExit78() throws Exception {
    Path file = Files.writeString(folder.resolve("p.toml"), "listn = 1\nname = 2\n");
    for (String command : new String[] {"up --dry-run", "config check", "config show"}) {
      assertThat(run((command + " --config " + file).split(" ", -1))).isEqualTo(78);
      assertThat(err())
          .contains(file + ":1:1: listn: unknown key; did you mean \"listen\"?")
          .contains(file + ":2:1: name: expected ");
    }
    assertThat(run("config", "check", file.toString())).isEqualTo(78);
    assertThat(run("up", "--dry-run", "--config", "/nowhere.toml")).isEqualTo(78);
    assertThat(err()).isEqualTo("/nowhere.toml: no such file\n");
    assertThat(run("up", "--dry-run", "--listen", "x")).isEqualTo(2);
    assertThat(err()).startsWith("--listen: expected a UDP port");
  }

  @Test
  void configShowTellsWhereEachValueCameFrom() throws Exception {
    Path file = Files.writeString(folder.resolve("p.toml"), "listen = 7\n");
    assertThat(run("config", "show", "--effective", "--config", file.toString())).isZero();
    assertThat(out())
        .containsPattern("listen = 7 +# " + file + ":1\n")
        .containsPattern("state = .* # \\$P2PVPN_STATE\n")
        .containsPattern("interface.mtu = 1500 +# default\n");
    assertThat(run("config", "show", "--config", file.toString())).isZero();
    assertThat(out()).doesNotContain("default").contains("listen = 7");
    assertThat(run("config", "show", "--json")).isZero();
    assertThat(out()).startsWith("{\"schema\":1,\"settings\":[{\"key\":");
  }

  @Test
  void aMistypedInviteIsNamedNotTried() {
    assertThat(run("up", "--dry-run", "p2pvpn://AAAA@h:1?token=SECRETSECRETSECRETSECR"))
        .isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            "p2pvpn: address line, column 10: expected keys of 91 characters, found 4;"
                + " copy the whole line again\n");
  }

  @Test
  void anExitOverSshNeedsTheRiskAccepted() {
    environment.put("SSH_CONNECTION", "192.0.2.9 50000 192.0.2.1 22");
    assertThat(run("up", "--exit", "bob")).isEqualTo(2);
    assertThat(err()).contains("would cut the SSH session").contains("--accept-risk=lose-ssh");
    assertThat(run("up", "--exit", "bob", "--accept-risk=all")).isEqualTo(2);
    assertThat(err()).contains("expected \"lose-ssh\", found \"all\"");
    assertThat(run("up", "--exit", "bob", "--dry-run")).isZero();
  }

  @Test
  void doctorNamesWhatIsMissing() {
    assertThat(run("doctor")).isZero();
    runtime.probeLevel = Level.MISSING;
    assertThat(run("doctor")).isEqualTo(69);
    assertThat(out()).contains("✘ nft").contains("; try: apt-get install nftables");
    assertThat(run("doctor", "--json")).isEqualTo(69);
    assertThat(out()).contains("\"level\":\"missing\"");
  }

  @Test
  void cleanupAfterAFailureKeepsTheKillSwitch() {
    assumeTrue(Privileges.mayChangeHost(), "needs CAP_NET_ADMIN");
    environment.put("SERVICE_RESULT", "exit-code");
    assertThat(run("cleanup", "--after-stop")).isZero();
    assertThat(runtime.keptKillSwitch).isTrue();
    environment.put("SERVICE_RESULT", "success");
    assertThat(run("cleanup", "--after-stop")).isZero();
    assertThat(runtime.keptKillSwitch).isFalse();
    environment.put("SERVICE_RESULT", "exit-code");
    assertThat(run("cleanup")).isZero();
    assertThat(runtime.keptKillSwitch).isFalse();
  }

  @Test
  void cleanupLeavesARunningNodeAlone() {
    assumeTrue(Privileges.mayChangeHost(), "needs CAP_NET_ADMIN");
    serve();
    assertThat(run("cleanup")).isEqualTo(1);
    assertThat(err()).contains("already running");
  }

  @Test
  void downUndoesWhatADeadNodeLeft() {
    assumeTrue(Privileges.mayChangeHost(), "needs CAP_NET_ADMIN");
    assertThat(run("down")).isEqualTo(3);
    runtime.changes = 7;
    assertThat(run("down")).isZero();
    assertThat(err()).isEqualTo("it was not running; the 7 changes it left are undone\n");
    runtime.obstacles = java.util.List.of("nft: no");
    assertThat(run("down")).isEqualTo(1);
    assertThat(run("cleanup")).isEqualTo(1);
    assertThat(err()).startsWith("nft: no\n");
  }

  @Test
  void errorsHaveNoTraceUnlessAskedFor() {
    Cli broken =
        new Cli(
            Console.ofTest(
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                environment),
            () -> {
              throw new IllegalStateException("ours");
            });
    assertThat(broken.run("up", "--dry-run")).isEqualTo(1);
    assertThat(err()).contains("internal error").doesNotContain("\tat ");
    environment.put("P2PVPN_DEBUG", "1");
    assertThat(broken.run("up", "--dry-run")).isEqualTo(1);
    assertThat(err()).contains("\tat ");
  }

  @Test
  void completionAndVersionPrintData() {
    assertThat(run("completion")).isZero();
    assertThat(out()).contains("complete -F").contains("status");
    assertThat(run("version", "--json")).isZero();
    assertThat(out()).startsWith("{\"schema\":1,\"version\":");
  }
}
