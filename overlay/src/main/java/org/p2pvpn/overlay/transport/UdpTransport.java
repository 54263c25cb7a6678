package org.p2pvpn.overlay.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.channel.unix.UnixChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP socket on one event loop: sends of up to 64 equal datagrams in one call (UDP GSO),
 * receives the same way (UDP GRO). Kernels without either get one datagram a call.
 */
public final class UdpTransport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);

  /** UDP_MAX_SEGMENTS of Linux before 6.9; later kernels take 128. */
  public static final int SEGMENTS_MAX = 64;

  /** 65,535 less the UDP and the longer of the two IP headers. */
  public static final int SEND_BYTES_MAX = 65_535 - 8 - 40;

  /** A GRO train fits in. */
  private static final int READ_BYTES = 65_535;

  /** Small datagrams may come one a read; more than this would keep the TUN waiting. */
  private static final int READS_A_TURN = 64;

  /** Ours: four trains, 0.2 ms. */
  private static final int BYTES_A_TURN = 256 * 1024;

  /** Ours: two full trains may wait in user space, then the TUN is left unread. */
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(65_536, 131_072);

  /** Ours: what a 1 Gbit/s link delivers while a loaded host does not schedule us for 30 ms. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  // From include/uapi/asm-generic/socket.h and linux/in.h, in6.h.
  private static final int SOL_SOCKET = 1;
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int PMTUDISC_DONT = 0;

  /** Not to be cut, whatever the kernel has heard of the way; only the link's own MTU counts. */
  private static final int PMTUDISC_PROBE = 3;

  // As Netty has them: negative.
  private static final int EINVAL = -22;
  private static final int EMSGSIZE = -90;

  private static final ChannelOption<Integer> SO_MARK = option("SO_MARK", SOL_SOCKET, 36);
  private static final ChannelOption<Integer> SO_SNDBUFFORCE = option("SNDBUF", SOL_SOCKET, 32);
  private static final ChannelOption<Integer> SO_RCVBUFFORCE = option("RCVBUF", SOL_SOCKET, 33);
  private static final ChannelOption<Integer> IP_MTU_DISCOVER = option("MTU_4", IPPROTO_IP, 10);
  private static final ChannelOption<Integer> IPV6_MTU_DISCOVER = option("MTU_6", IPPROTO_IPV6, 23);
  private static final ChannelOption<Integer> IP_MULTICAST_IF = option("IF_4", IPPROTO_IP, 32);
  private static final ChannelOption<Integer> IP_MULTICAST_LOOP = option("LOOP_4", IPPROTO_IP, 34);
  private static final ChannelOption<Integer> IPV6_MULTICAST_LOOP =
      option("LOOP_6", IPPROTO_IPV6, 19);

  private final DatagramChannel channel;
  private final boolean segments;
  private final TrainLimit limit;
  private final ByteBuf staging;

  private UdpTransport(DatagramChannel channel, boolean segments, TrainLimit limit) {
    this.channel = channel;
    this.limit = limit;
    this.segments = segments;
    this.staging = channel.alloc().directBuffer(SEND_BYTES_MAX, SEND_BYTES_MAX);
  }

  /**
   * Binds all addresses of both families; the receiver hears nothing before {@link #listen}.
   *
   * @param port 0 lets the kernel choose
   * @param mark on every packet sent, by which routes and firewall know them
   * @param shared whether other sockets of ours bind the same port (SO_REUSEPORT)
   * @throws TransportException when the port is taken or the system refuses the socket
   */
  public static UdpTransport bind(
      Driver driver,
      EventLoop loop,
      int port,
      int mark,
      boolean shared,
      DatagramReceiver receiver) {
    TrainLimit limit = new TrainLimit();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(driver.channelType())
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new TurnAllocator(READ_BYTES, READS_A_TURN, BYTES_A_TURN))
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(UnixChannelOption.SO_REUSEPORT, shared)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new Adapter(receiver, limit));
    if (driver == Driver.EPOLL) {
      bootstrap.option(EpollChannelOption.UDP_GRO, true);
    }
    var bound = bootstrap.bind(new InetSocketAddress(port)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new TransportException(port, bound.cause());
    }
    DatagramChannel channel = (DatagramChannel) bound.channel();
    set(channel, SO_SNDBUFFORCE, SOCKET_BUFFER_BYTES);
    set(channel, SO_RCVBUFFORCE, SOCKET_BUFFER_BYTES);
    set(channel, SO_MARK, mark);
    // The kernel's path MTU discovery off: an initiation may need fragments on a narrow link, and
    // data messages are sized by what the control plane finds.
    cut(channel, PMTUDISC_DONT);
    set(channel, IP_MULTICAST_LOOP, 0);
    set(channel, IPV6_MULTICAST_LOOP, 0);
    return new UdpTransport(channel, driver.segments(), limit);
  }

  /** From here on datagrams are read. */
  public void listen() {
    channel.config().setAutoRead(true);
  }

  /** Whether the kernel cuts trains for us; without, each datagram is a message of its own. */
  public boolean segments() {
    return segments;
  }

  public int port() {
    return channel.localAddress().getPort();
  }

  /**
   * Sets an option that must not be refused.
   *
   * @throws io.netty.channel.ChannelException when the kernel refuses it
   */
  <T> void set(ChannelOption<T> option, T value) {
    channel.config().setOption(option, value);
  }

  public boolean isWritable() {
    return channel.isWritable();
  }

  /**
   * Sends {@code length} bytes as datagrams of {@code segmentBytes}, the last one possibly shorter.
   * On the event loop.
   */
  public void send(byte[] batch, int length, int segmentBytes, InetSocketAddress to) {
    if (length <= segmentBytes) {
      write(new DatagramPacket(stage(batch, length), to));
      channel.flush();
    } else if (!segments || !limit.tries(segmentBytes)) {
      sendSingly(batch, length, segmentBytes, to);
    } else {
      write(new SegmentedDatagramPacket(stage(batch, length), segmentBytes, to));
      channel.flush();
      if (limit.isLastRefused()) {
        sendSingly(batch, length, segmentBytes, to);
      }
    }
  }

  private void sendSingly(byte[] batch, int length, int segmentBytes, InetSocketAddress to) {
    for (int at = 0; at < length; at += segmentBytes) {
      write(new DatagramPacket(copy(batch, at, Math.min(segmentBytes, length - at)), to));
    }
    channel.flush();
  }

  /** Sends one datagram, from any thread. */
  public void send(byte[] datagram, InetSocketAddress to) {
    write(new DatagramPacket(copy(datagram, 0, datagram.length), to));
    channel.flush();
  }

  /**
   * Sends one datagram that nobody may cut: it is lost where it does not fit. On the event loop.
   * Not while others wait in the socket's queue: they would go uncut, too.
   *
   * @param refused run at once when our own link does not take it
   */
  public void sendWhole(byte[] datagram, InetSocketAddress to, Runnable refused) {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    if (queue == null || !queue.isEmpty()) {
      return;
    }
    cut(channel, PMTUDISC_PROBE);
    var _ =
        channel
            .writeAndFlush(new DatagramPacket(copy(datagram, 0, datagram.length), to))
            .addListener(
                sent -> {
                  cut(channel, PMTUDISC_DONT);
                  if (sent.cause() instanceof Errors.NativeIoException error
                      && error.expectedErr() == EMSGSIZE) {
                    refused.run();
                  }
                });
  }

  private static void cut(DatagramChannel channel, int discovery) {
    set(channel, IP_MTU_DISCOVER, discovery);
    set(channel, IPV6_MTU_DISCOVER, discovery);
  }

  /**
   * Sends one datagram to a multicast group, from any thread.
   *
   * @param group of IPv6 with the scope of the link
   * @param from of IPv4: our address on the link, by which the kernel finds it
   */
  public void multicast(byte[] datagram, InetSocketAddress group, InetAddress from) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (from instanceof Inet4Address) {
                int address = ByteBuffer.wrap(from.getAddress()).getInt();
                // The option takes the four bytes as they are on the wire.
                boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
                set(channel, IP_MULTICAST_IF, little ? Integer.reverseBytes(address) : address);
              }
              send(datagram, group);
            });
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    staging.release();
  }

  /** Into the channel's queue. What the kernel refuses is lost, as datagrams may be. */
  private void write(DatagramPacket packet) {
    var _ = channel.write(packet, channel.voidPromise());
  }

  /**
   * Into the one buffer of this socket, unless a send that the kernel would not take at once still
   * needs it: the next train then lies where the last one did, and the cache knows the place.
   */
  private ByteBuf stage(byte[] bytes, int length) {
    return staging.refCnt() == 1
        ? staging.clear().writeBytes(bytes, 0, length).retain()
        : copy(bytes, 0, length);
  }

  private ByteBuf copy(byte[] bytes, int at, int length) {
    return channel.alloc().directBuffer(length, length).writeBytes(bytes, at, length);
  }

  private static ChannelOption<Integer> option(String name, int level, int number) {
    return new IntegerUnixChannelOption(name, level, number);
  }

  /** An option the kernel refuses costs speed or a warning, never the tunnel. */
  private static void set(DatagramChannel channel, ChannelOption<Integer> option, int value) {
    try {
      channel.config().setOption(option, value);
    } catch (RuntimeException e) {
      LOG.debug("socket option {} refused: {}", option.name(), e.getMessage());
    }
  }

  /** Adapts Netty's events; decides nothing. */
  private static final class Adapter extends ChannelInboundHandlerAdapter {
    private final DatagramReceiver receiver;
    private final TrainLimit limit;

    Adapter(DatagramReceiver receiver, TrainLimit limit) {
      this.receiver = receiver;
      this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      try {
        int segmentBytes = TrainBuffer.restore(packet.content());
        receiver.onDatagrams(packet.content(), segmentBytes, packet.sender());
      } finally {
        packet.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      receiver.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (context.channel().isWritable()) {
        receiver.onWritable();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof Errors.NativeIoException refused
          && (refused.expectedErr() == EINVAL || refused.expectedErr() == EMSGSIZE)) {
        limit.onRefused();
      }
      // ECONNREFUSED and its like from an ICMP error: the next datagram may still arrive.
      LOG.debug("udp: {}", cause.toString());
    }
  }
}
