package org.p2pvpn.overlay.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/** One connection: one line in, the answer out, closed. Lives on the server's event loop. */
final class AdminConnection extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_USAGE = 2;

  private final AdminCommands commands;
  private final Access access;
  private final Executor workers;
  private boolean asked;

  AdminConnection(AdminCommands commands, Access access, Executor workers) {
    this.commands = commands;
    this.access = access;
    this.workers = workers;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
    if (asked) {
      return;
    }
    asked = true;
    context.pipeline().remove(ReadTimeoutHandler.class);
    byte[] request = ByteBufUtil.getBytes(line);
    // A ping waits for its answer; the loop must not.
    workers.execute(() -> reply(context, commands.answer(request, access)));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    switch (cause) {
      case TooLongFrameException _ ->
          refuse(context, EXIT_USAGE, "request: longer than one line may be");
      case ReadTimeoutException _ -> refuse(context, EXIT_FAILURE, "request: not complete in time");
      default -> {
        var _ = context.close();
      }
    }
  }

  /** A client may shut down its side behind the request; without a request nothing will come. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !asked) {
      refuse(context, EXIT_USAGE, "request: expected one line, found none");
    }
  }

  private void refuse(ChannelHandlerContext context, int exit, String message) {
    asked = true;
    Farewell farewell = new Farewell(commands.refusal(exit, message));
    context.pipeline().addFirst(farewell);
  }

  private static void reply(ChannelHandlerContext context, String answer) {
    context
        .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.UTF_8))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
