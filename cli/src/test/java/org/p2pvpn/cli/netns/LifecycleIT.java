package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("the daemon's life")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifecycleIT {
  /** Signals that end a shell's job: 128 and the signal's number. */
  private static final Map<String, Integer> STATUS = Map.of("TERM", 143, "INT", 130, "HUP", 129);

  private final ReadyExit ready = new ReadyExit();
  private final Topology net = ready.net;

  @AfterEach
  void stopAlice() {
    Daemon.cli(net.alice(), "down");
  }

  @AfterAll
  void close() {
    ready.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void aSignalIsACleanDown(String signal) {
    Daemon alice = ready.up().awaitUp();
    assertThat(alice.signal(signal)).as(alice.log()).isIn(0, STATUS.get(signal));
    ready.mustBeAsBefore("after SIG" + signal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "kill switch", "interface", "listening"})
  void aSignalInTheMiddleOfTheStartIsACleanDown(String stage) {
    Daemon alice = ready.up();
    alice.awaitLine(stage);
    alice.signal("INT");
    ready.mustBeAsBefore("interrupted at stage " + stage);
  }

  @Test
  void detachReturnsWhenItWorksAndDownStopsIt() {
    Shell.Answer answer = Daemon.cli(net.alice(), ready.words("--detach"));
    assertThat(answer.status()).as("%s", answer.text()).isZero();
    assertThat(net.alice().trySh("ping -c 1 -W 2 " + Topology.EXIT4).status()).isNotZero();
    assertThat(net.alice().trySh("ping -c 1 -W 2 " + Topology.SITE4).status()).isZero();
    Daemon.cli(net.alice(), "down").mustSucceed("down");
    ready.mustBeAsBefore("after down of a detached node");
  }

  @Test
  void statusTellsTheStateByItsExitCode() {
    assertThat(Daemon.cli(net.alice(), "status", "--check").status()).isEqualTo(3);
    Daemon alice = ready.up().awaitUp();
    assertThat(Daemon.cli(net.alice(), "status", "--check").status()).isZero();
    assertThat(alice.state()).isEqualTo("up");
    alice.down();
  }

  @Test
  void systemdHearsReadyOnlyWhenTheTunnelIsUp() throws InterruptedException {
    List<String> heard = new CopyOnWriteArrayList<>();
    Path socket = net.folder().resolve("notify");
    var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      Channel channel =
          new Bootstrap()
              .group(loop)
              .channel(EpollDomainDatagramChannel.class)
              .handler(new Listener(heard))
              .bind(new DomainSocketAddress(socket.toString()))
              .sync()
              .channel();
      net.exit().ip("link set eth0 down");
      Daemon alice = ready.up(Map.of("NOTIFY_SOCKET", socket.toString()));
      alice.awaitLine("listening");
      Shell.waitFor("a status line", () -> !heard.isEmpty());
      Shell.waitFor("the admin socket", () -> Files.exists(Daemon.socket(net.alice())));
      Shell.waitFor("some initiations", () -> alice.counter("handshakes_sent") > 2);
      assertThat(heard).noneMatch(message -> message.contains("READY=1"));
      net.exit().ip("link set eth0 up");
      net.exit().ip("route replace default via 203.0.2.1");
      net.exit().ip("-6 addr replace 2a01:2::2/64 dev eth0 nodad");
      net.exit().ip("-6 route replace default via 2a01:2::1");
      Shell.waitFor(
          "READY=1", () -> heard.stream().anyMatch(message -> message.contains("READY=1")));
      assertThat(net.alice().trySh("ping -c 1 -W 2 " + Topology.SITE4).status()).isZero();
      alice.down();
      assertThat(heard).anyMatch(message -> message.contains("STOPPING=1"));
      channel.close().sync();
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static final class Listener extends SimpleChannelInboundHandler<DomainDatagramPacket> {
    private final List<String> heard;

    Listener(List<String> heard) {
      this.heard = heard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
      heard.add(packet.content().toString(StandardCharsets.UTF_8));
    }
  }
}
