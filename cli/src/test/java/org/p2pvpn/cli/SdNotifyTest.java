package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SdNotifyTest {
  @TempDir Path folder;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private void listenAndNotify(String address, String environment) throws Exception {
    var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      new Bootstrap()
          .group(loop)
          .channel(EpollDomainDatagramChannel.class)
          .handler(
              new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                @Override
                protected void channelRead0(ChannelHandlerContext c, DomainDatagramPacket packet) {
                  heard.add(packet.content().toString(StandardCharsets.UTF_8));
                }
              })
          .bind(new DomainSocketAddress(address))
          .sync();
      Map<String, String> variables =
          Map.of("NOTIFY_SOCKET", environment, "WATCHDOG_USEC", "100000");
      try (SdNotify notify = SdNotify.of(variables)) {
        notify.status("starting");
        notify.ready("up");
        assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("STATUS=starting");
        assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("READY=1\nSTATUS=up");
        notify.watch(new FakeRuntime.Node("up"));
        assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1\nSTATUS=up");
        assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1\nSTATUS=up");
      }
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void reachesASocketInTheFileSystem() throws Exception {
    String path = folder.resolve("notify").toString();
    listenAndNotify(path, path);
  }

  @Test
  void reachesAnAbstractSocket() throws Exception {
    String name = "p2pvpn-test-" + ProcessHandle.current().pid();
    listenAndNotify("\0" + name, "@" + name);
  }

  @Test
  void isSilentWhenNobodyAskedOrNobodyListens() {
    try (SdNotify nobody = SdNotify.of(Map.of());
        SdNotify gone = SdNotify.of(Map.of("NOTIFY_SOCKET", "/nonexistent/notify"))) {
      nobody.ready("up");
      gone.ready("up");
    }
    assertThat(heard).isEmpty();
  }
}
