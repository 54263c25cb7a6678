package org.p2pvpn.overlay.names;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hands a question on to another resolver, byte for byte, each by a socket and from a port of its
 * own, and its answer back. On the event loop of the names.
 */
final class Forwarder {
  /** Ours: glibc asks again after 5 s. */
  private static final int PATIENCE_SECONDS = 5;

  /** At the limit a question is dropped, and asked again by whoever asked. */
  private static final int OPEN_MAX = 256;

  private static final int ID_BYTES = 2;

  private final EventLoop loop;
  private volatile List<InetSocketAddress> resolvers = List.of();
  private int open;
  private int turn;

  Forwarder(EventLoop loop) {
    this.loop = loop;
  }

  /** None refuses everything. Any thread. */
  void resolvers(List<InetSocketAddress> newResolvers) {
    resolvers = List.copyOf(newResolvers);
  }

  boolean isOpen() {
    return !resolvers.isEmpty();
  }

  /** {@code answer} hears at most once, and never when nothing comes back. */
  void forward(byte[] query, boolean byTcp, Consumer<byte[]> answer) {
    List<InetSocketAddress> to = resolvers;
    if (open >= OPEN_MAX || to.isEmpty() || query.length < ID_BYTES) {
      return;
    }
    // Who asks again after a silence is served by the next one.
    InetSocketAddress resolver = to.get(Math.floorMod(turn, to.size()));
    open++;
    if (byTcp) {
      tcp(query, resolver, answer);
    } else {
      udp(query, resolver, answer);
    }
  }

  private void udp(byte[] query, InetSocketAddress resolver, Consumer<byte[]> answer) {
    new Bootstrap()
        .group(loop)
        .channel(EpollDatagramChannel.class)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(65_535))
        .handler(
            new SimpleChannelInboundHandler<DatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                take(context.channel(), query, ByteBufUtil.getBytes(packet.content()), answer);
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                fail(context.channel());
              }
            })
        .connect(resolver)
        .addListener(
            (ChannelFuture made) ->
                send(made, new DatagramPacket(Unpooled.wrappedBuffer(query), resolver)));
  }

  private void tcp(byte[] query, InetSocketAddress resolver, Consumer<byte[]> answer) {
    new Bootstrap()
        .group(loop)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, PATIENCE_SECONDS * 1000)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new ReadTimeoutHandler(PATIENCE_SECONDS))
                    .addLast(new LengthFieldBasedFrameDecoder(65_537, 0, 2, 0, 2))
                    .addLast(
                        new SimpleChannelInboundHandler<ByteBuf>() {
                          @Override
                          protected void channelRead0(ChannelHandlerContext context, ByteBuf said) {
                            take(context.channel(), query, ByteBufUtil.getBytes(said), answer);
                          }

                          @Override
                          public void exceptionCaught(
                              ChannelHandlerContext context, Throwable cause) {
                            fail(context.channel());
                          }
                        });
              }
            })
        .connect(resolver)
        .addListener(
            (ChannelFuture made) ->
                send(made, Unpooled.buffer().writeShort(query.length).writeBytes(query)));
  }

  private void send(ChannelFuture made, Object question) {
    if (!made.isSuccess()) {
      open--;
      turn++;
      ReferenceCountUtil.release(question);
      return;
    }
    limit(made.channel());
    var _ = made.channel().writeAndFlush(question);
  }

  /** An answer bears the question's id; what does not is somebody else's. */
  private static void take(Channel channel, byte[] query, byte[] said, Consumer<byte[]> answer) {
    if (channel.isOpen() && said.length > ID_BYTES && said[0] == query[0] && said[1] == query[1]) {
      var _ = channel.close();
      answer.accept(said);
    }
  }

  private void fail(Channel channel) {
    turn++;
    var _ = channel.close();
  }

  private void limit(Channel channel) {
    var late =
        loop.schedule(
            () -> {
              if (channel.isOpen()) {
                fail(channel);
              }
            },
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
    channel
        .closeFuture()
        .addListener(
            _ -> {
              late.cancel(false);
              open--;
            });
  }
}
