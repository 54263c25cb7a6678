package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("alice's uplink carries nothing but our UDP and neighbour discovery")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeakIT {
  private static final int LOOK_UPS = Shell.number("lookups", 100);

  /** What an unlucky user's machine keeps doing; each writes a line a try. */
  private static final String[] RESTLESS = {
    "ping -O -i 0.05 203.0.3.2",
    "ping -O -i 0.05 2a01:3::2",
    "ping -O -i 0.05 203.0.1.1",
    "ping -O -i 0.05 2a01:1::1",
    "ping -O -i 0.05 -I eth0 203.0.3.2",
    "ping -O -i 0.05 -I eth0 2a01:3::2",
    "ping -O -i 0.05 -I eth0 ff02::1",
    "ping -O -i 0.05 -b 203.0.1.255",
    "ping -O -i 0.05 -m 1882353782 203.0.3.2",
    loop("curl -sS -m 1 http://203.0.3.2/hello"),
    loop("curl -sS -g -m 1 http://[2a01:3::2]/hello"),
    loop("curl -sS -m 1 --interface eth0 http://203.0.3.2/hello"),
    loop("curl -sS -m 1 http://203.0.1.1/"),
    loop("dig +time=1 +tries=1 +short @203.0.3.2 leak.test"),
    loop("dig +time=1 +tries=1 +short @203.0.1.1 leak.test"),
    loop("dig +time=1 +tries=1 +short @2a01:3::2 -6 leak.test"),
    loop("echo x > /dev/udp/203.0.3.2/9999"),
    loop("echo x > /dev/udp/203.0.2.2/28790"),
    loop("echo x > /dev/udp/2a01:3::2/9999")
  };

  /** The time of the kill switch's end, then the rules and addresses there were at that moment. */
  private static final String WHEN_OPENED =
      """
      exec {rules}< <(exec stdbuf -oL nft monitor)
      monitor=$!
      sleep 0.5
      touch $1
      while read -r line <&$rules; do
        case "$line " in "delete table inet p2pvpn "*)
          { date +%s.%N; ip rule; ip -6 rule; ip addr show p2p0; } > $1
          kill $monitor
          exit;;
        esac
      done
      """;

  /** Ours: that program hears of the change when it gets the processor. */
  private static final double MONITOR_LATE_SECONDS = 0.1;

  private final Topology net;
  private final List<Process> programs = new ArrayList<>();
  private final Path tries;
  private final UplinkWatch uplink;
  private Daemon exit;
  private String invite = "";

  LeakIT() {
    Shell.needs("curl", "dig", "bash", "tcpdump", "dnsmasq"); // before there is anything to remove
    net = Topology.open();
    tries = net.alice().folder().resolve("tries");
    try {
      new Services(net.site()).web(80).dns();
      uplink = new UplinkWatch(net.router());
      exit = net.startExit();
    } catch (RuntimeException | AssertionError e) {
      net.close();
      throw e;
    }
  }

  private static String loop(String command) {
    return "while :; do echo try; " + command + "; sleep 0.05; done";
  }

  @BeforeAll
  void invite() {
    invite = Topology.inviteOnce(exit);
  }

  @AfterAll
  void close() {
    net.close();
  }

  @BeforeEach
  void beRestless() {
    for (String program : RESTLESS) {
      programs.add(net.alice().start("bash", "-c", "(" + program + ") >> " + tries + " 2>&1"));
    }
    Shell.waitFor("the measurement sees what leaves before", () -> uplink.other() > 50);
  }

  @AfterEach
  void rest() {
    programs.forEach(program -> program.descendants().forEach(ProcessHandle::destroyForcibly));
    programs.forEach(Process::destroyForcibly);
    programs.clear();
    Daemon.cli(net.alice(), "down");
  }

  /** Up, with a clean count from the moment it says that nothing leaves any more. */
  private Daemon up() {
    Daemon alice = new Daemon(net.alice(), "up", "--exit", "exit", invite);
    alice.awaitLine("kill switch");
    uplink.reset();
    return alice;
  }

  private Daemon upAgain() {
    return new Daemon(net.alice(), "up", "--exit", "exit", invite).awaitUp();
  }

  private void tryFor(int times) {
    long before = triesSoFar();
    Shell.waitFor("programs go on trying", () -> triesSoFar() > before + times);
  }

  private long triesSoFar() {
    try {
      return Files.size(tries) / 10;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whileItConnectsAndWhileItIsUp() {
    Daemon alice = up();
    alice.awaitUp();
    uplink.mustHaveSeenOnlyOurs("until it is up");
    tryFor(500);
    uplink.mustHaveSeenOnlyOurs("while up");
    assertThat(uplink.ours()).isPositive();
    assertThat(net.alice().sh("curl -sS -m 5 http://203.0.3.2/hello")).isEqualTo("hello\n");
  }

  @Test
  void whenTheExitIsKilledAndComesBack() {
    up().awaitUp();
    exit.kill();
    tryFor(500);
    uplink.mustHaveSeenOnlyOurs("with a dead exit");
    exit = net.startExit();
    long began = System.nanoTime();
    // It calls those that it knew, so that they need not find out by its silence.
    Shell.waitFor(
        "traffic goes on through the restarted exit",
        Duration.ofSeconds(5),
        () -> net.alice().trySh("ping -c 1 -W 0.2 203.0.3.2").status() == 0,
        exit::log);
    System.out.printf(
        "LeakIT: %d ms from the restarted exit's \"up\" to alice's next answer%n",
        Duration.ofNanos(System.nanoTime() - began).toMillis());
    uplink.mustHaveSeenOnlyOurs("after the exit's restart");
  }

  @Test
  void whenTheDaemonIsKilledAndStartedAgain() {
    up().awaitUp().kill();
    tryFor(500);
    uplink.mustHaveSeenOnlyOurs("with a dead daemon");
    upAgain();
    tryFor(300);
    uplink.mustHaveSeenOnlyOurs("after the daemon's restart");
  }

  @Test
  void whenTheDaemonIsKilledWhileItConnects() {
    up().kill();
    tryFor(300);
    uplink.mustHaveSeenOnlyOurs("killed while it connected");
    upAgain();
    uplink.mustHaveSeenOnlyOurs("after the daemon's restart");
  }

  @Test
  void whenTheDeviceIsTakenAway() {
    Daemon alice = up();
    alice.awaitUp();
    net.alice().ip("link del p2p0");
    tryFor(300);
    uplink.mustHaveSeenOnlyOurs("without the device");
  }

  @Test
  void whenNamesAreLookedUp() {
    Shell.needs("python3");
    Daemon alice = up();
    alice.awaitUp();
    net.alice()
        .sh(
            "/usr/bin/python3 -c 'import socket; [socket.getaddrinfo(\"py%%d.test\" %% i, 80) for i in range(%d)]'"
                .formatted(LOOK_UPS));
    net.alice().sh("for i in $(seq %d); do dig +short dig$i.test; done".formatted(LOOK_UPS));
    net.alice()
        .sh(
            "for i in $(seq %d); do curl -sS -m 5 http://curl$i.test/hello || exit 1; done"
                .formatted(LOOK_UPS));
    uplink.mustHaveSeenOnlyOurs("after %d look-ups".formatted(3 * LOOK_UPS));
    Path log = new Services(net.site()).dnsLog();
    for (String program : new String[] {"py", "dig", "curl"}) {
      String asked =
          net.site()
              .sh(
                  "grep -oE 'query.A. %s[0-9]+.test from [0-9.]+' %s | sort -u | cut -d' ' -f4 | sort | uniq -c"
                      .formatted(program, log));
      assertThat(asked.strip()).as(program).isEqualTo(LOOK_UPS + " " + Topology.EXIT4);
    }
  }

  /** Whatever leaves does so after the kill switch, and that goes when all else is undone. */
  @Test
  void throughDownUntilTheKillSwitchIsTakenAway() throws IOException {
    up().awaitUp();
    tryFor(100);
    Path opened = net.alice().folder().resolve("opened");
    Process monitor = net.alice().start("bash", "-c", WHEN_OPENED, "-", "" + opened);
    Shell.waitFor("nft monitor listens", () -> Files.exists(opened));
    uplink.mustHaveSeenOnlyOurs("before down");
    assertThat(net.alice().sh("ip -6 addr show p2p0")).contains("fd71:").doesNotContain("fe80:");
    double began = System.currentTimeMillis() / 1e3;
    Daemon.cli(net.alice(), "down").mustSucceed("down");
    Shell.waitFor("the kill switch's end is noted", () -> !monitor.isAlive());
    Shell.waitFor("what alice's programs try gets out", () -> uplink.other() > 20);
    List<String> noted = Files.readAllLines(opened);
    double at = Double.parseDouble(noted.getFirst());
    assertThat(uplink.firstAfter(began)).isGreaterThan(at - MONITOR_LATE_SECONDS);
    assertThat(noted.subList(1, noted.size()))
        .as("what was still there when the kill switch went")
        .noneMatch(line -> line.contains("28790") || line.contains("inet"));
  }
}
