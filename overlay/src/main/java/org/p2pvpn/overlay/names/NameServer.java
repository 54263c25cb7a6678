package org.p2pvpn.overlay.names;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.transport.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DNS server on a loopback address, UDP and TCP, for this host only: who asks from elsewhere
 * (some hosts let others in there, by {@code route_localnet}) is not told whom we know. One thread
 * of its own.
 */
public final class NameServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);

  public static final int PORT = 53;

  /** Ours: a client that says nothing more holds no connection longer. */
  private static final int IDLE_SECONDS = 10;

  /** At the limit a new connection is closed: this host's own programs only are here. */
  private static final int CONNECTIONS_MAX = 128;

  private final MultiThreadIoEventLoopGroup group = Driver.EPOLL.newLoops(1, "names");
  private final Forwarder forwarder = new Forwarder(group.next());
  private final Supplier<NameTable> table;
  private final List<Channel> channels = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong handedOn = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong foreign = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private int connections;

  /**
   * Starts to answer.
   *
   * @param table asked for each question
   * @throws IllegalStateException when a port is taken or the system refuses it
   */
  public NameServer(InetSocketAddress at, Supplier<NameTable> table) {
    this.table = table;
    try {
      channels.add(bound(udp().bind(at), at, "udp"));
      channels.add(bound(tcp().bind(at), at, "tcp"));
    } catch (IllegalStateException e) {
      close();
      throw e;
    }
  }

  private static Channel bound(ChannelFuture binding, InetSocketAddress at, String protocol) {
    binding.awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw new IllegalStateException(
          "names: cannot listen on " + protocol + " " + at + ": " + binding.cause().getMessage());
    }
    return binding.channel();
  }

  /** Where other names are asked from now on; none refuses them. */
  public void forwardTo(List<InetSocketAddress> resolvers) {
    forwarder.resolvers(resolvers);
  }

  private Bootstrap udp() {
    return new Bootstrap()
        .group(group)
        .channel(EpollDatagramChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                Copy copy = new Copy();
                channel
                    .pipeline()
                    .addLast(copy)
                    .addLast(new DatagramDnsQueryDecoder())
                    .addLast(new DatagramDnsResponseEncoder())
                    .addLast(new UdpQueries(copy));
              }
            });
  }

  private ServerBootstrap tcp() {
    return new ServerBootstrap()
        .group(group)
        .channel(EpollServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                accept(channel);
              }
            });
  }

  private void accept(Channel channel) {
    connections++;
    channel.closeFuture().addListener(_ -> connections--);
    InetAddress from = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    if (connections > CONNECTIONS_MAX || !isOurs(from)) {
      var _ = channel.close();
      return;
    }
    Copy copy = new Copy();
    channel
        .pipeline()
        .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
        .addLast(new LengthFieldBasedFrameDecoder(65_537, 0, 2))
        .addLast(copy)
        .addLast(new TcpDnsQueryDecoder())
        .addLast(new TcpDnsResponseEncoder())
        .addLast(new TcpQueries(copy));
  }

  private boolean isOurs(InetAddress from) {
    if (!from.isLoopbackAddress()) {
      foreign.incrementAndGet();
    }
    return from.isLoopbackAddress();
  }

  /** Null when it was handed on, or nothing is said to it. */
  private @Nullable DnsResponse answer(DnsQuery query, DnsResponse response, Runnable handOn) {
    DnsQuestion question = NameAnswers.question(query);
    response.setRecursionDesired(query.isRecursionDesired());
    if (question != null && NameAnswers.isOurs(question)) {
      answered.incrementAndGet();
      response.setRecursionAvailable(forwarder.isOpen());
      // The answer outlives the query.
      NameAnswers.answer(
          new DefaultDnsQuestion(question.name(), question.type(), question.dnsClass()),
          table.get(),
          response);
      return response;
    }
    if (question != null && forwarder.isOpen()) {
      handedOn.incrementAndGet();
      handOn.run();
      response.release();
      return null;
    }
    refused.incrementAndGet();
    if (question != null) {
      response.addRecord(
          DnsSection.QUESTION,
          new DefaultDnsQuestion(question.name(), question.type(), question.dnsClass()));
    }
    response.setCode(DnsResponseCode.REFUSED);
    return response;
  }

  /** Keeps the bytes of the question at hand, for it may be handed on as it is. */
  private static final class Copy extends ChannelInboundHandlerAdapter {
    private byte[] bytes = new byte[0];

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf content =
          message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message;
      bytes = ByteBufUtil.getBytes(content);
      context.fireChannelRead(message);
    }
  }

  private static void send(ChannelHandlerContext context, Object message) {
    var _ = context.writeAndFlush(message);
  }

  private final class UdpQueries extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    private final Copy copy;

    UdpQueries(Copy copy) {
      this.copy = copy;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      InetSocketAddress asker = query.sender();
      if (!isOurs(asker.getAddress())) {
        return;
      }
      DnsResponse response =
          answer(
              query,
              new DatagramDnsResponse(query.recipient(), asker, query.id(), query.opCode()),
              () ->
                  forwarder.forward(
                      copy.bytes,
                      false,
                      said ->
                          // Past the encoder, which takes every packet for an answer of ours.
                          send(
                              context.pipeline().context(copy),
                              new DatagramPacket(Unpooled.wrappedBuffer(said), asker))));
      if (response != null) {
        var _ = context.writeAndFlush(response);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      malformed.incrementAndGet();
      LOG.debug("names: {}", cause.toString());
    }
  }

  private final class TcpQueries extends SimpleChannelInboundHandler<DnsQuery> {
    private final Copy copy;

    TcpQueries(Copy copy) {
      this.copy = copy;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
      byte[] bytes = Arrays.copyOfRange(copy.bytes, 2, copy.bytes.length);
      DnsResponse response =
          answer(
              query,
              new DefaultDnsResponse(query.id(), query.opCode()),
              () ->
                  forwarder.forward(
                      bytes,
                      true,
                      said ->
                          send(
                              context,
                              Unpooled.buffer().writeShort(said.length).writeBytes(said))));
      if (response != null) {
        var _ = context.writeAndFlush(response);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      malformed.incrementAndGet();
      LOG.debug("names: {}", cause.toString());
      var _ = context.close();
    }
  }

  public Map<String, Long> counters() {
    Map<String, Long> counters = new TreeMap<>();
    counters.put("names_answered", answered.get());
    counters.put("names_handed_on", handedOn.get());
    counters.put("names_refused", refused.get());
    counters.put("names_of_others_dropped", foreign.get());
    counters.put("names_malformed", malformed.get());
    return counters;
  }

  @Override
  public void close() {
    channels.forEach(channel -> channel.close().awaitUninterruptibly());
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
