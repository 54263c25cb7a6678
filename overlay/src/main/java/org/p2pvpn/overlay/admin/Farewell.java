package org.p2pvpn.overlay.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Says why, then hears the other side out and closes. Closing at once would reset the connection,
 * and Linux throws away what we said along with what was not read.
 */
final class Farewell extends ChannelInboundHandlerAdapter {
  /** Ours: a line of 8 KiB takes no millisecond; who talks on is cut off. */
  private static final long PATIENCE_SECONDS = 1;

  private final String words;
  private boolean said;

  Farewell(String words) {
    this.words = words;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (context.channel().isActive()) {
      say(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    say(context);
  }

  private void say(ChannelHandlerContext context) {
    if (said) {
      return;
    }
    said = true;
    context
        .writeAndFlush(Unpooled.copiedBuffer(words, StandardCharsets.UTF_8))
        .addListener(
            _ -> {
              var _ = ((DuplexChannel) context.channel()).shutdownOutput();
            });
    var _ =
        context
            .executor()
            .schedule(
                () -> {
                  var _ = context.close();
                },
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      var _ = context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
