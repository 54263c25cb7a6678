package org.p2pvpn.overlay.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.control.ControlException;

@Timeout(60)
class AdminServerTest {
  private static final String STATUS = "{\"schema\":1,\"command\":\"status\"}\n";

  @TempDir Path folder;
  private Path socket;
  private AdminServer server;

  @BeforeEach
  void start() {
    socket = folder.resolve("run/p2pvpn.sock");
    server = AdminServer.start(socket, new FakeNode());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String ask(byte[] request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(request);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.shutdownOutput();
      } catch (IOException _) {
        // Closed while we talked: what it said before is there to read.
      }
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String ask(String request) throws IOException {
    return ask(request.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void answersAndCloses() throws Exception {
    assertThat(ask(STATUS)).contains("\"state\":\"up\"").endsWith("}\n");
    assertThat(server.connections()).isLessThanOrEqualTo(1);
  }

  @Test
  void isOnlyForOwnerAndGroup() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void answersGarbageOversizeAndSilenceWithASentence() throws Exception {
    assertThat(ask("garbage\n")).contains("not a JSON line");
    assertThat(ask("x".repeat(100_000))).contains("longer than one line may be");
    assertThat(ask("")).contains("expected one line, found none");
    byte[] noise = new byte[5000];
    new Random(5).nextBytes(noise);
    noise[4999] = '\n';
    assertThat(ask(noise)).contains("error");
    assertThat(ask(STATUS)).contains("result");
  }

  @Test
  void aSlowClientHoldsUpNobody() throws Exception {
    try (SocketChannel slow = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      slow.write(ByteBuffer.wrap(new byte[] {'{'}));
      long before = System.nanoTime();
      assertThat(ask(STATUS)).contains("result");
      assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(3));
    }
  }

  @Test
  void aPingThatWaitsHoldsUpNobody() throws Exception {
    try (SocketChannel waiting = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String ping =
          "{\"schema\":1,\"command\":\"ping\",\"arguments\":{\"node\":\"deaf\",\"timeout_millis\":2000}}\n";
      waiting.write(ByteBuffer.wrap(ping.getBytes(StandardCharsets.UTF_8)));
      assertThat(ask(STATUS)).contains("result");
      String answer =
          new String(Channels.newInputStream(waiting).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).contains("\"answered\":false");
    }
  }

  @Test
  void boundsItsConnectionsAloudAndRecovers() throws Exception {
    List<SocketChannel> idle = new ArrayList<>();
    for (int i = 0; i < AdminServer.CONNECTIONS_MAX; i++) {
      idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }
    while (server.connections() < AdminServer.CONNECTIONS_MAX) {
      Thread.onSpinWait();
    }
    assertThat(ask(STATUS)).contains("too many connections");
    for (SocketChannel channel : idle) {
      channel.close();
    }
    while (server.connections() > 0) {
      Thread.onSpinWait();
    }
    assertThat(ask(STATUS)).contains("result");
  }

  @Test
  void anotherUserMayLookButNotChange() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root to become nobody");
    // The mode keeps strangers out; opened on purpose, the credentials must.
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    Path run = folder.resolve("run");
    for (Path open : List.of(folder, run)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertThat(askAsNobody("down")).contains("\"exit\":77");
    assertThat(askAsNobody("status")).contains("result");
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(askAsNobody("status")).contains("Permission denied");
  }

  private String askAsNobody(String command) throws Exception {
    String source =
        """
        import java.net.*; import java.nio.*; import java.nio.channels.*;
        class Ask {
          public static void main(String[] a) throws Exception {
            try (var c = SocketChannel.open(UnixDomainSocketAddress.of(a[0]))) {
              c.write(ByteBuffer.wrap(a[1].getBytes()));
              Channels.newInputStream(c).transferTo(System.out);
            } catch (java.io.IOException e) {
              System.out.println(e);
            }
          }
        }
        """;
    Path file = Files.writeString(folder.resolve("Ask.java"), source);
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                System.getProperty("java.home") + "/bin/java",
                file.toString(),
                socket.toString(),
                "{\"schema\":1,\"command\":\"%s\"}\n".formatted(command))
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aSecondDaemonIsTurnedAwayAndALeftSocketIsNot() throws Exception {
    assertThatThrownBy(() -> AdminServer.start(socket, new FakeNode()))
        .isInstanceOf(ControlException.class)
        .hasMessage("already running: another daemon answers on " + socket);
    Path left = folder.resolve("left.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(left));
    }
    try (AdminServer second = AdminServer.start(left, new FakeNode())) {
      assertThat(second.connections()).isZero();
    }
    assertThat(left).doesNotExist();
  }

  @Test
  void neverDeletesWhatIsNoSocket() throws Exception {
    Path file = Files.writeString(folder.resolve("precious"), "text");
    assertThatThrownBy(() -> AdminServer.start(file, new FakeNode()))
        .hasMessageContaining("something that is no socket is in its place");
    assertThat(file).hasContent("text");
  }

  @Test
  void theLockNamesTheProcessThatHasIt() {
    Path state = folder.resolve("state");
    Path free = folder.resolve("free.sock");
    try (DaemonLock _ = DaemonLock.acquire(state, free)) {
      assertThatThrownBy(() -> DaemonLock.acquire(state, free))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("already running, pid " + ProcessHandle.current().pid());
    }
    DaemonLock.acquire(state, free).close();
    assertThatThrownBy(() -> DaemonLock.acquire(folder.resolve("other"), socket))
        .hasMessageContaining("another daemon answers on");
  }
}
