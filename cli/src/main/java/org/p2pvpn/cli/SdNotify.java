package org.p2pvpn.cli;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.transport.Driver;

/**
 * Tells systemd how we are, as sd_notify(3) has it; does nothing when nobody asked. The JDK has no
 * Unix datagrams, hence Netty's. Errors are swallowed: a node works without its supervisor.
 */
final class SdNotify implements AutoCloseable {
  private final @Nullable EventLoopGroup loop;
  private final @Nullable Channel channel;
  private final long watchdogMicros;

  private SdNotify(@Nullable EventLoopGroup loop, @Nullable Channel channel, long watchdogMicros) {
    this.loop = loop;
    this.channel = channel;
    this.watchdogMicros = watchdogMicros;
  }

  static SdNotify of(Map<String, String> environment) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (socket.isEmpty()) {
      return new SdNotify(null, null, 0);
    }
    // A leading "@" stands for the zero byte of an abstract address.
    String address = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
    EventLoopGroup loop = Driver.EPOLL.newLoops(1, "sd-notify");
    var opened =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainDatagramChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(new DomainSocketAddress(address))
            .awaitUninterruptibly();
    Channel channel = opened.isSuccess() ? opened.channel() : null;
    return new SdNotify(loop, channel, watchdog(environment));
  }

  private static long watchdog(Map<String, String> environment) {
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    boolean ours = pid.isEmpty() || pid.equals(Long.toString(ProcessHandle.current().pid()));
    try {
      return ours ? Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0")) : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  void ready(String status) {
    send("READY=1\nSTATUS=" + line(status));
  }

  void status(String status) {
    send("STATUS=" + line(status));
  }

  void stopping() {
    send("STOPPING=1\nSTATUS=stopping");
  }

  /** Feeds the watchdog as long as the node answers a question; half its time leaves one miss. */
  void watch(NodeControl control) {
    EventLoopGroup timer = loop;
    if (timer == null || watchdogMicros <= 0) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("watchdog")
        .start(
            () -> {
              try {
                while (!timer.isShuttingDown()) {
                  String state = control.status().state();
                  send("WATCHDOG=1\nSTATUS=" + line(state));
                  TimeUnit.MICROSECONDS.sleep(watchdogMicros / 2);
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static String line(String text) {
    return text.replace('\n', ' ');
  }

  private void send(String message) {
    Channel open = channel;
    if (open != null) {
      byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
      open.writeAndFlush(Unpooled.wrappedBuffer(bytes)).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    EventLoopGroup running = loop;
    if (running != null) {
      running.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
  }
}
