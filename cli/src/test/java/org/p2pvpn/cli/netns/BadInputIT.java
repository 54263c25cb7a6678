package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("what goes wrong is said, has its exit code, and changes nothing on the host:")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private static final int NOBODY = 65534;

  private final ReadyExit ready = new ReadyExit();
  private final Topology net = ready.net;
  private final String invite = ready.invite();

  @AfterEach
  void stopAlice() {
    Daemon.cli(net.alice(), "down");
  }

  @AfterAll
  void close() {
    ready.close();
  }

  /** Runs alice's `up` behind the words of another program, to its end. */
  private Shell.Answer behind(List<String> wrapper, String... words) {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(Daemon.command(net.alice(), words));
    return net.alice().run(Map.of(), Duration.ofSeconds(60), command.toArray(String[]::new));
  }

  private void mustFail(Shell.Answer answer, int status, String... texts) {
    assertThat(answer.text()).as("what it says").contains(texts).doesNotContain("\tat ");
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    ready.mustBeAsBefore("after: " + answer.text());
  }

  @Test
  void noRoot() {
    Shell.needs("setpriv");
    String id = String.valueOf(NOBODY);
    List<String> asNobody = List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups");
    List<String> look = new ArrayList<>(asNobody);
    look.addAll(List.of("test", "-x", Daemon.launcher().toString()));
    Shell.assume(
        net.alice().run(Map.of(), Duration.ofSeconds(5), look.toArray(String[]::new)).status() == 0,
        "needs a checkout that nobody may read");
    mustFail(behind(asNobody, "up", invite), 77, "root", "sudo p2pvpn up");
  }

  @Test
  void rootWithoutCapabilities() {
    Shell.needs("setpriv");
    mustFail(
        behind(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"), "up", invite),
        77,
        "root");
  }

  @Test
  void noTunDevice() {
    Shell.needs("unshare");
    mustFail(
        behind(
            List.of(
                "unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev/net && exec \"$@\"", "-"),
            ready.words()),
        69,
        "/dev/net/tun",
        "modprobe tun");
  }

  @Test
  void noNft() {
    Shell.needs("unshare");
    mustFail(
        behind(
            List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "for f in /usr/sbin/nft /sbin/nft; do mount --bind /dev/null $f; done; exec \"$@\"",
                "-"),
            ready.words()),
        69,
        "nft",
        "apt install nftables");
  }

  @Test
  void aBusyPort() {
    Shell.needs("python3");
    Process holder =
        net.alice()
            .start(
                "/usr/bin/python3",
                "-c",
                "import socket,time; s=socket.socket(socket.AF_INET6,socket.SOCK_DGRAM); s.bind(('::',28790)); time.sleep(60)");
    Shell.waitFor("a holder of the port", () -> net.alice().listens("udp", 28790));
    mustFail(Daemon.cli(net.alice(), ready.words()), 1, "28790", "--listen");
    holder.destroyForcibly();
    Shell.waitFor("the port is free", () -> !net.alice().listens("udp", 28790));
  }

  @Test
  void aSecondDaemon() {
    Daemon alice = ready.up().awaitUp();
    Snapshot running = Snapshot.of(net.alice());
    Shell.Answer second = Daemon.cli(net.alice(), ready.words());
    assertThat(second.status()).as(second.text()).isEqualTo(1);
    assertThat(second.text()).contains("running");
    Snapshot.of(net.alice()).mustEqual(running, "after a second up");
    assertThat(alice.state()).isEqualTo("up");
  }

  @Test
  void aPeerThatDoesNotAnswer() {
    Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
    String dead = Topology.invite(bob);
    bob.down();
    Shell.together(List.of(() -> mustNotConnect(dead), () -> mustNotConnectByTheExit(dead)));
  }

  private void mustNotConnect(String dead) {
    Snapshot mallory = Snapshot.of(net.mallory());
    Shell.Answer alone = Daemon.cli(net.mallory(), "up", "--timeout", "3s", dead);
    assertThat(alone.status()).as(alone.text()).isEqualTo(4);
    Snapshot.of(net.mallory()).mustEqual(mallory, "after an up that did not connect");
  }

  private void mustNotConnectByTheExit(String dead) {
    Shell.Answer withExit = Daemon.cli(net.alice(), "up", "--timeout", "3s", "--exit", "bob", dead);
    mustFail(withExit, 4, "no peer answered");
  }

  @Test
  void aPeerThatIsNoExit() {
    Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
    Shell.Answer answer =
        Daemon.cli(net.alice(), "up", "--timeout", "5s", "--exit", "bob", Topology.invite(bob));
    mustFail(answer, 4, "exit");
    bob.down();
  }

  @Test
  void anInviteWithATypingError() {
    char wrong = invite.charAt(20) == 'A' ? 'B' : 'A';
    String line = invite.substring(0, 20) + wrong + invite.substring(21);
    mustFail(Daemon.cli(net.alice(), "up", line), 2, "checksum", "mistyped");
  }

  @Test
  void anInviteThatWasNeverIssued() {
    String line = invite.replaceFirst("token=.{22}", "token=AAAAAAAAAAAAAAAAAAAAAA");
    Shell.Answer answer =
        Daemon.cli(
            net.bob(), "up", "--timeout", "5s", "--exit", "exit", line, "--interface", "p2p7");
    assertThat(answer.status()).as(answer.text()).isEqualTo(4);
    assertThat(answer.text()).contains("invite");
  }

  @Test
  void aLineOfTheConfigFile() throws IOException {
    Path config = net.alice().folder().resolve("bad.toml");
    Files.writeString(config, "name = \"alice\"\nlistn = 28790\n");
    Shell.Answer answer =
        net.alice()
            .run(
                Map.of(),
                Duration.ofSeconds(20),
                Daemon.launcher().toString(),
                "up",
                "--config",
                config.toString());
    mustFail(answer, 78, config + ":2:1", "listen");
  }

  @Test
  void aStateFolderThatCannotBeWritten() {
    Shell.needs("unshare");
    Path state = net.alice().folder().resolve("state");
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount --bind %1$s %1$s && mount -o remount,bind,ro %1$s && exec \"$@\""
                    .formatted(state),
                "-"));
    command.addAll(Daemon.command(net.alice(), ready.words()));
    Daemon alice = new Daemon(net.alice(), Map.of(), command).awaitUp();
    net.alice().sh("ping -c 2 -i 0.2 -W 2 " + Topology.SITE4);
    alice.signal("TERM");
    ready.mustBeAsBefore("after a run with a read-only state folder");
  }

  @Test
  void aDiskThatFillsUpWhileItRuns() {
    Shell.needs("unshare");
    Path full = net.alice().folder().resolve("full");
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mkdir -p %1$s && mount -t tmpfs -o size=1m none %1$s && exec \"$@\""
                    .formatted(full),
                "-"));
    command.addAll(Daemon.command(net.alice(), ready.words()));
    command.replaceAll(word -> word.endsWith("/state") ? full.resolve("state").toString() : word);
    Daemon alice = new Daemon(net.alice(), Map.of(), command).awaitUp();
    Shell.run(
        List.of(
            "nsenter",
            "-m",
            "-t",
            String.valueOf(alice.pid()),
            "dd",
            "if=/dev/zero",
            "of=" + full.resolve("filler"),
            "bs=4096"));
    net.alice().sh("ping -c 20 -i 0.05 -W 2 " + Topology.SITE4);
    assertThat(alice.state()).isEqualTo("up");
    alice.signal("TERM");
    ready.mustBeAsBefore("after a run with a full disk");
  }

  @Test
  void garbageOnTheAdminSocket() {
    Daemon alice = ready.up().awaitUp();
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] garbage = new byte[random.nextInt(1, 200_000)];
      random.nextBytes(garbage);
      send(garbage);
    }
    for (String line :
        new String[] {
          "",
          "\n",
          "{}\n",
          "[]\n",
          "null\n",
          "{\"schema\":99,\"command\":\"down\"}\n",
          "{\"schema\":1,\"command\":\"no such\",\"arguments\":{}}\n",
          "[".repeat(100_000) + "\n"
        }) {
      send(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    // It takes a bounded number at a time; those that hung up make room in a moment.
    Shell.waitFor("the socket answers", () -> answersAgain(alice));
    net.alice().sh("ping -c 2 -i 0.2 -W 2 " + Topology.SITE4);
  }

  private static boolean answersAgain(Daemon alice) {
    try {
      return alice.state().equals("up");
    } catch (AssertionError | UncheckedIOException _) {
      return false;
    }
  }

  private void send(byte[] bytes) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(Daemon.socket(net.alice())));
      channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      // It may hang up on us at any moment; only a socket that is gone is wrong.
      if (!Files.exists(Daemon.socket(net.alice()))) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
